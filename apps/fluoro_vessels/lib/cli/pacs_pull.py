"""`fluoro pacs pull`: runs of a DICOM node into the PACS."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from lib.cli.dicom_nodes import NODE_HELP, node_named
from lib.cli.open_door import open_door
from lib.cli.output import AsJson, print_json, say
from lib.cli.pacs_jobs import fetch_by_pacs
from lib.errors.dimse import NothingWantedError
from lib.settings import settings

if TYPE_CHECKING:
    from lib.pacs.dimse.node import Caller, DicomNode
    from lib.pacs.dimse.retrieving import Retrieved, Wanted


@dataclass(frozen=True)
class PullWish:
    """What the options ask for."""

    study: str | None
    series: str | None
    run: str | None
    patient: str | None
    modality: str | None

    def wanted(self, node: "DicomNode", caller: "Caller") -> "Iterator[Wanted]":
        """Yield what to retrieve; the node is asked where the options do not name it.

        Raises:
            NothingWantedError: They contradict each other, or say nothing.
        """
        from lib.pacs.dimse.retrieving import Wanted

        is_incomplete = (self.run and not self.series) or (self.series and not self.study)
        if (self.study is None) == (self.patient is None) or is_incomplete:
            raise NothingWantedError
        for study in self._studies(node, caller):
            if self.modality is None or self.series is not None:
                yield Wanted(study, self.series, self.run)
            else:
                yield from self._series(node, caller, study)

    def _studies(self, node: "DicomNode", caller: "Caller") -> list[str]:
        from lib.pacs.dimse.finding import Level, find

        if self.patient is None:
            return [self.study or ""]
        matches = find(node, caller, Level.STUDY, {"PatientID": self.patient})
        return [match["StudyInstanceUID"] for match in matches]

    def _series(self, node: "DicomNode", caller: "Caller", study: str) -> "Iterator[Wanted]":
        from lib.pacs.dimse.finding import Level, find
        from lib.pacs.dimse.retrieving import Wanted

        keys = {"StudyInstanceUID": study, "Modality": self.modality or ""}
        for match in find(node, caller, Level.SERIES, keys):
            # Not every node looks at the modality.
            if match.get("Modality", self.modality) == self.modality:
                yield Wanted(study, match["SeriesInstanceUID"])


def pull(  # noqa: PLR0913 (each is an option)
    node: Annotated[str, typer.Argument(metavar="NODE", help=NODE_HELP)],
    study: Annotated[str | None, typer.Option("--study", metavar="UID", help="This study.")] = None,
    series: Annotated[str | None, typer.Option("--series", metavar="UID", help="Only this series.")] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="UID", help="Only this instance.")] = None,
    patient: Annotated[
        str | None, typer.Option("--patient", metavar="ID", help="All studies of a patient.")
    ] = None,
    modality: Annotated[
        str | None, typer.Option("--modality", metavar="XA", help="Only series of this modality.")
    ] = None,
    move_to: Annotated[
        str | None,
        typer.Option("--move-to", metavar="AET", help="Let the node send to this title (C-MOVE)."),
    ] = None,
    is_by_pacs: Annotated[
        bool, typer.Option("--by-pacs", help="Let the PACS, an Orthanc, fetch from a modality of its own.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Get runs from a DICOM node by C-GET, and store them in the PACS.

    With --move-to the node sends by C-MOVE: to a running server that listens, or to the PACS itself.
    """
    from lib.pacs.dimse.retrieving import Retrieved
    from lib.pacs.dimse.tls import caller_of

    if is_by_pacs and study is not None:
        fetch_by_pacs(node, study, as_json=as_json)
        return
    wish = PullWish(study, series, run, patient, modality)
    found, caller = node_named(node), caller_of(settings().dimse)
    began = time.perf_counter()
    wanted = list(wish.wanted(found, caller))
    if move_to is None:
        outcomes, n_stored = _get(found, caller, wanted)
    else:
        outcomes, n_stored = _move(found, caller, wanted, move_to), None
    counts = [asdict(outcome) for outcome in outcomes]
    total = Retrieved(**{name: sum(one[name] for one in counts) for name in Retrieved.__annotations__})
    _report(total, n_stored, time.perf_counter() - began, as_json)
    if total.n_failed or not total.n_completed:
        raise typer.Exit(1)


def _get(
    node: "DicomNode", caller: "Caller", wanted: "list[Wanted]"
) -> "tuple[list[Retrieved], dict[str, int]]":
    """Get all into the spool and send it on; what the PACS does not take now waits there."""
    from lib.pacs.dimse.received import receive_into
    from lib.pacs.dimse.retrieving import get

    with open_door() as (door, _):
        receive_into(door.spool.folder, settings().dimse.max_object_mb)
        outcomes = [get(node, caller, one, door.spool.take) for one in wanted]
        n_sent = door.spool_sender.run_once()
    return outcomes, {"n_stored": n_sent}


def _move(node: "DicomNode", caller: "Caller", wanted: "list[Wanted]", to: str) -> "list[Retrieved]":
    from lib.pacs.dimse.retrieving import move

    return [move(node, caller, one, to) for one in wanted]


def _report(total: "Retrieved", n_stored: dict[str, int] | None, seconds: float, as_json: bool) -> None:
    if as_json:
        print_json({**asdict(total), **(n_stored or {}), "seconds": round(seconds, 3)})
        return
    say(f"{total.n_completed} instances came, {total.n_failed} did not ({seconds:.1f} s)")
    if n_stored is not None:
        say(f"{n_stored['n_stored']} are in the PACS; `fluoro pacs queue` shows what waits")
