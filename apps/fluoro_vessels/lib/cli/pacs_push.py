"""`fluoro pacs push`: runs, SEGs and reports to a DICOM node, by the queue."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lib.cli.open_door import open_door
from lib.cli.output import AsJson, print_json, say
from lib.cli.pacs_jobs import send_by_pacs
from lib.settings import settings

if TYPE_CHECKING:
    from lib.datastore.ledger import Ledger
    from lib.datastore.push_records import PushRecord

BY = "command line"
BY_PACS_HELP = "Let the PACS, an Orthanc, send runs of its own to a modality of its own."


def push(
    node: Annotated[str, typer.Argument(metavar="NODE", help="A node of the settings.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="DICOM files, folders, or UIDs of runs in the PACS."),
    ] = None,
    labels: Annotated[
        list[str] | None, typer.Option("--label", metavar="ID", help="The SEG of a submitted label.")
    ] = None,
    is_only_queued: Annotated[
        bool, typer.Option("--queue-only", help="Leave the sending to the server.")
    ] = False,
    is_by_pacs: Annotated[bool, typer.Option("--by-pacs", help=BY_PACS_HELP)] = False,
    as_json: AsJson = False,
) -> None:
    """Send objects to a DICOM node by C-STORE; what cannot be sent now waits in the queue."""
    if is_by_pacs:
        send_by_pacs(node, sources or (), as_json=as_json)
        return
    with open_door() as (door, ledger):
        ids: list[int] = []
        for file in _files(sources or (), labels or (), ledger):
            ids.append(door.pushes.push(node, file, BY).id)
        if not is_only_queued:
            door.push_sender.run_once(nodes=[node])
        pushes = [ledger.push(one) for one in ids]
    _report(pushes, as_json)
    if not pushes or any(one.last_error for one in pushes):
        raise typer.Exit(1)


def _files(sources: Sequence[str], labels: Sequence[str], ledger: "Ledger") -> Iterator[Path]:
    """Yield the DICOM file of each source; one that was fetched is gone after its turn."""
    from lib.datastore.label_files import LabelFiles
    from lib.datastore.label_store import SAVED_FOLDER
    from lib.errors.dimse import NothingToPushError
    from lib.pacs.files import DicomFile, examine, find_files

    for source in sources:
        path = Path(source)
        if not path.exists():
            yield from _fetched(source)
            continue
        for file in find_files([path]):
            found = examine(file, is_named=path == file)
            if isinstance(found, DicomFile):
                yield file
            else:
                say(f"{found.outcome}: {file}: {found.reason}")
    for label_id in labels:
        seg = ledger.seg_file_of(ledger.label(label_id).id)
        if seg is None:
            raise NothingToPushError(f"Label {label_id}")
        yield LabelFiles(settings().data / SAVED_FOLDER).path(seg[0])


def _fetched(image_id: str) -> Iterator[Path]:
    """Yield a file with a run of the PACS, byte for byte."""
    from lib.pacs.dicomweb import connect

    pacs = connect(settings().pacs)
    with tempfile.TemporaryDirectory(prefix="push-") as folder:
        path = Path(folder) / "run.dcm"
        with path.open("wb") as file:
            pacs.retrieve_to(pacs.find_run(image_id), file)
        yield path


def _report(pushes: "Sequence[PushRecord]", as_json: bool) -> None:
    if as_json:
        print_json({"pushes": [plain(push) for push in pushes]})
        return
    for one in pushes:
        problem = f": {one.last_error}" if one.last_error else ""
        say(f"{one.id}: {one.new.sop_instance_uid} {one.state}{problem}")


def plain(push: "PushRecord") -> dict[str, object]:
    """Return a push for JSON; times are text."""
    own = {name: value for name, value in vars(push).items() if name != "new"}
    return {**own, **{name: value for name, value in vars(push.new).items() if name != "file"}}
