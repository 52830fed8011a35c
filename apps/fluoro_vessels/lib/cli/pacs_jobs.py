"""What an Orthanc that is our PACS does by itself: jobs that the command line begins and waits for."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import typer

from lib.cli.output import print_json, say
from lib.settings import settings

if TYPE_CHECKING:
    from lib.pacs.orthanc_moving import OrthancJob, OrthancMover

ENDED: Final = ("Success", "Failure")
POLL_S: Final = 0.2


def send_by_pacs(modality: str, image_ids: Sequence[str], *, as_json: bool) -> None:
    """Let the PACS send runs to one of its modalities, and wait for it."""
    from lib.pacs.orthanc_moving import mover_of

    mover = mover_of(settings().pacs)
    _follow(mover, mover.send(modality, image_ids), as_json)


def fetch_by_pacs(modality: str, study: str, *, as_json: bool) -> None:
    """Let the PACS fetch a study from one of its modalities, and wait for it."""
    from lib.pacs.orthanc_moving import mover_of

    mover = mover_of(settings().pacs)
    _follow(mover, mover.fetch(modality, study), as_json)


def jobs_of_pacs() -> "list[OrthancJob]":
    """Return the jobs of the PACS; [] where it is no Orthanc, or does not answer."""
    from lib.errors import FluoroError
    from lib.pacs.orthanc_moving import mover_of

    try:
        return mover_of(settings().pacs).jobs()
    except FluoroError:
        return []


def _follow(mover: "OrthancMover", job: "OrthancJob", as_json: bool) -> None:
    while job.state not in ENDED:
        time.sleep(POLL_S)
        job = mover.job(job.id)
    if as_json:
        print_json(asdict(job))
    else:
        say(f"{job.kind} of the PACS: {job.state}{f' ({job.problem})' if job.problem else ''}")
    if job.state != "Success":
        raise typer.Exit(1)
