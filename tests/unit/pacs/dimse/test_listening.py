import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
from pydicom.uid import JPEGBaseline8Bit

from lib.errors import DiskFullError, PacsRefusedError, PacsUnavailableError
from lib.errors.dimse import DicomPortError, DicomTlsError, ReceivedBrokenError, ReceivedMismatchError
from lib.pacs.dimse import Caller, DicomNode, deliver
from lib.pacs.dimse.echo import echo
from lib.pacs.dimse.listening import Listener
from lib.pacs.dimse.tls import caller_of, node_of
from lib.pacs.files import read_identity
from lib.sections.dimse import DimseSettings, NodeSettings
from tests.builders import build_xa, to_bytes
from tests.certificates import write_certificate
from tests.ports import free_port
from tests.unit.pacs.dimse.conftest import StartListener
from tests.unit.pacs.dimse.kept import Kept


def reason_of(path: Path, to: DicomNode, caller: Caller | None = None) -> str:
    [delivery] = deliver([read_identity(path)], to, caller or Caller(timeout_s=15.0))
    return delivery.reason


def test_a_run_is_written_as_it_came(start_listener: StartListener, kept: Kept, a_run: Path) -> None:
    ours = start_listener()

    assert reason_of(a_run, ours) == ""

    [received], [content] = kept.objects, kept.files
    assert received.sop_instance_uid == read_identity(a_run).sop_instance_uid
    assert received.source == "FLUORO@127.0.0.1"
    assert content[-1000:] == a_run.read_bytes()[-1000:]
    assert not list(received.path.parent.iterdir())


def test_an_encoded_run_keeps_its_transfer_syntax(
    start_listener: StartListener, kept: Kept, tmp_path: Path
) -> None:
    dataset = build_xa(n_frames=1)
    dataset.PixelData, dataset.file_meta.TransferSyntaxUID = b"\xfe\xff\x00\xe0" + bytes(4), JPEGBaseline8Bit
    dataset["PixelData"].is_undefined_length = True
    (tmp_path / "jpeg.dcm").write_bytes(to_bytes(dataset))

    assert reason_of(tmp_path / "jpeg.dcm", start_listener()) == ""
    assert kept.objects[0].transfer_syntax_uid == JPEGBaseline8Bit


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (DiskFullError("spool"), "A700"),
        (ReceivedMismatchError("1.2", "1.3"), "A900"),
        (ReceivedBrokenError("cannot be read"), "C000"),
    ],
)
def test_what_was_not_kept_is_not_acknowledged(
    start_listener: StartListener, kept: Kept, a_run: Path, problem: ReceivedBrokenError, status: str
) -> None:
    ours, kept.problem = start_listener(), problem

    assert f"status {status}" in reason_of(a_run, ours)


@pytest.mark.parametrize("calling", ["STRANGER", "fluoro"])
def test_a_title_that_is_not_on_the_list_is_rejected(
    start_listener: StartListener, kept: Kept, a_run: Path, calling: str
) -> None:
    ours = start_listener()

    with pytest.raises(PacsRefusedError, match="calling ae title not recognised"):
        reason_of(a_run, ours, Caller(calling, 15.0))

    assert kept.objects == []


def test_who_calls_us_by_another_title_is_rejected(start_listener: StartListener) -> None:
    ours = start_listener()

    with pytest.raises(PacsRefusedError, match="called ae title not recognised"):
        echo(DicomNode("OTHER", ours.host, ours.port), Caller())


def test_an_address_of_no_sender_gets_no_association(start_listener: StartListener) -> None:
    ours = start_listener(senders=("FLUORO@10.0.0.0/24",))

    with pytest.raises(PacsUnavailableError):
        echo(ours, Caller(timeout_s=2.0))


def test_an_object_that_is_too_large_ends_its_association_and_leaves_nothing(
    start_listener: StartListener, kept: Kept, tmp_path: Path
) -> None:
    (tmp_path / "large.dcm").write_bytes(to_bytes(build_xa(n_frames=6, rows=512, columns=512)))
    ours = start_listener(max_object_mb=1)

    assert reason_of(tmp_path / "large.dcm", ours) != ""

    assert kept.objects == []
    assert not list((tmp_path / "spool").iterdir())


def test_a_taken_port_says_so(tmp_path: Path, kept: Kept) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        listener = Listener(DimseSettings(port=port, senders=("A@10.0.0.1",)), tmp_path, kept.take, print)

        with pytest.raises(DicomPortError, match=f"port {port}"):
            listener.start()


def test_a_certificate_that_is_none_says_so(tmp_path: Path, kept: Kept) -> None:
    (tmp_path / "a.pem").write_text("no certificate")
    files = {"tls_certificate": tmp_path / "a.pem", "tls_key": tmp_path / "a.pem"}
    ours = DimseSettings.model_validate({"port": free_port(), "senders": ["A@10.0.0.1"], **files})

    with pytest.raises(DicomTlsError, match="PEM files"):
        Listener(ours, tmp_path, kept.take, print).start()


def test_a_peer_that_is_silent_in_its_handshake_holds_nobody_up(
    start_listener: StartListener, kept: Kept, tmp_path: Path, a_run: Path
) -> None:
    certificate, key = write_certificate(tmp_path)
    ours = start_listener(tls_certificate=certificate, tls_key=key)
    tls = ssl.create_default_context(cafile=str(certificate))
    with socket.create_connection((ours.host, ours.port)):
        began = time.monotonic()

        told = reason_of(a_run, DicomNode(ours.ae_title, "localhost", ours.port, True), Caller(tls=tls))

    assert told == ""
    assert time.monotonic() - began < 10
    assert len(kept.objects) == 1


def test_without_tls_nothing_is_taken_where_tls_is_spoken(
    start_listener: StartListener, tmp_path: Path
) -> None:
    certificate, key = write_certificate(tmp_path)
    ours = start_listener(tls_certificate=certificate, tls_key=key, timeout_s=10.0)

    with pytest.raises(PacsUnavailableError):
        echo(ours, Caller(timeout_s=10.0))


def test_where_roots_are_named_a_caller_shows_a_certificate(
    start_listener: StartListener, tmp_path: Path
) -> None:
    certificate, key = write_certificate(tmp_path)
    ours = start_listener(tls_certificate=certificate, tls_key=key, tls_roots=certificate, timeout_s=10.0)
    node, tls = (
        DicomNode(ours.ae_title, "localhost", ours.port, True),
        ssl.create_default_context(cafile=str(certificate)),
    )

    with pytest.raises(PacsUnavailableError):
        echo(node, Caller(timeout_s=10.0, tls=tls))
    tls.load_cert_chain(certificate, key)

    assert echo(node, Caller(timeout_s=10.0, tls=tls)) > 0


def test_four_associations_at_once_lose_nothing(
    start_listener: StartListener, kept: Kept, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{n}.dcm" for n in range(20)]
    for path in paths:
        path.write_bytes(to_bytes(build_xa(n_frames=1)))
    files, ours = [read_identity(path) for path in paths], start_listener()

    threads = [
        threading.Thread(target=lambda n=n: list(deliver(files[n::4], ours, Caller()))) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {one.sop_instance_uid for one in kept.objects} == {file.sop_instance_uid for file in files}
    assert len(kept.objects) == 20


def test_a_node_of_the_settings_is_called_by_tls_with_our_certificate(
    start_listener: StartListener, tmp_path: Path
) -> None:
    certificate, key = write_certificate(tmp_path)
    files = {"tls_certificate": certificate, "tls_key": key, "tls_roots": certificate}
    ours = start_listener(**files)
    node = NodeSettings(ae_title=ours.ae_title, host="localhost", port=ours.port, tls=True)

    assert echo(node_of(node), caller_of(DimseSettings.model_validate(files))) > 0


def test_beyond_loopback_without_tls_a_warning_is_logged(
    start_listener: StartListener, caplog: pytest.LogCaptureFixture
) -> None:
    start_listener()
    assert "readable for everybody" not in caplog.text

    start_listener(host="0.0.0.0")

    assert "readable for everybody" in caplog.text
