"""`fluoro evaluate`: how good a method is on a folder of images or runs with a truth."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from lib.cli.evaluate_automatic import Pruning, score_automatic
from lib.cli.evaluate_clicks import score_clicks
from lib.cli.evaluate_deidentify import score_deidentify
from lib.cli.evaluate_measure import score_measure
from lib.cli.evaluate_propagation import score_propagation
from lib.cli.output import AsJson
from lib.interaction.rituals import ClickProtocol, Start


class Task(StrEnum):
    """What kind of work is scored."""

    AUTOMATIC = "automatic"
    CLICKS = "clicks"
    PROPAGATION = "propagation"
    MEASURE = "measure"
    DEIDENTIFY = "deidentify"


TASK_OF: Final = {
    **dict.fromkeys(("model", "pruning", "assignments", "figure"), Task.AUTOMATIC),
    **dict.fromkeys(("n_clicks", "protocol", "start"), Task.CLICKS),
}
"""The task that an option belongs to; the others belong to all."""


def evaluate(  # noqa: PLR0913  # one argument for each option
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder with NAME_image.png and NAME_mask.png, runs as frames/NAME.jpg and "
            "segmentedFrames/NAME_gt.jpg, DICOM runs with SEGs, or phantom runs.",
            metavar="DIR",
            exists=True,
            file_okay=False,
        ),
    ],
    task: Annotated[Task, typer.Option("--task", help="What is scored.")] = Task.AUTOMATIC,
    model: Annotated[
        str, typer.Option("--model", help="automatic: a method, or an imported model.")
    ] = "vessels",
    pruning: Annotated[
        Pruning,
        typer.Option("--prune", help="automatic: with main only the main branches of the result count."),
    ] = Pruning.NONE,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="automatic: a parameter of the method, again for each.", metavar="NAME=VALUE"
        ),
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option(
            "--figure",
            help="automatic: draw the worst and the median cases.",
            metavar="FILE.png",
            dir_okay=False,
        ),
    ] = None,
    n_clicks: Annotated[
        int, typer.Option("--clicks", min=1, max=100, help="clicks: how many on each frame.")
    ] = 20,
    protocol: Annotated[
        ClickProtocol,
        typer.Option("--protocol", help="clicks: into the middle of the largest error, or hurried."),
    ] = ClickProtocol.CENTER,
    start: Annotated[
        Start, typer.Option("--start", help="clicks: what the first one corrects.")
    ] = Start.AUTOMATIC,
    as_json: AsJson = False,
) -> None:
    """Score the label `vessel` against a truth. Not for clinical use."""
    _refuse_strangers(context, task)
    match task:
        case Task.AUTOMATIC:
            is_whole = score_automatic(
                folder, model, assignments or [], pruning=pruning, figure=figure, as_json=as_json
            )
        case Task.CLICKS:
            is_whole = score_clicks(folder, protocol, start, n_clicks, as_json=as_json)
        case Task.PROPAGATION:
            is_whole = score_propagation(folder, as_json=as_json)
        case Task.MEASURE:
            is_whole = score_measure(folder, as_json=as_json)
        case Task.DEIDENTIFY:
            is_whole = score_deidentify(folder, as_json=as_json)
    if not is_whole:
        raise typer.Exit(1)


def _refuse_strangers(context: typer.Context, task: Task) -> None:
    """Refuse an option that was given and would change nothing."""
    for parameter in context.command.params:
        own = TASK_OF.get(parameter.name or "", task)
        source = context.get_parameter_source(parameter.name or "")
        if own is not task and source is not None and source.name == "COMMANDLINE":
            name = parameter.opts[0]
            raise typer.BadParameter(f"{name} belongs to --task {own} and does nothing for --task {task}.")
