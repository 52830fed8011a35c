"""API keys, as `fluoro keys` makes them and the server checks them."""

import json
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.access.api_key import digest, id_in, new_key
from lib.access.key_file import KeyFile
from lib.access.roles import Role
from lib.errors import KeyFileError, KeyNotFoundError, KeyRefusedError, PersonNameError, UnknownKeyError


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "access" / "keys.json")


def test_a_key_is_known_again(keys: KeyFile) -> None:
    record, key = keys.add("ada", Role.REVIEWER)

    assert keys.check(key) == record
    assert id_in(key) == record.id


def test_the_file_holds_no_key_and_is_its_owners_alone(keys: KeyFile) -> None:
    _, key = keys.add("ada", Role.VIEWER)

    assert key.rpartition("_")[2] not in keys.path.read_text()
    assert digest(key) in keys.path.read_text()
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.path.parent.stat().st_mode) == 0o700


def test_no_two_keys_are_the_same() -> None:
    assert len({new_key() for _ in range(200)}) == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key[:-1],
        lambda key: key + "A",
        lambda key: key[:-1] + ("B" if key[-1] == "A" else "A"),
        lambda key: key.replace("fv_", "FV_"),
        lambda key: f" {key}",
    ],
)
def test_only_the_whole_key_is_the_key(keys: KeyFile, change: Callable[[str], str]) -> None:
    _, key = keys.add("ada", Role.VIEWER)

    with pytest.raises(UnknownKeyError):
        keys.check(change(key))


def test_a_change_by_another_process_holds_at_once(keys: KeyFile) -> None:
    running = KeyFile(keys.path)
    _, key = keys.add("ada", Role.VIEWER)
    running.check(key)

    keys.revoke("ada")

    with pytest.raises(KeyRefusedError, match="was revoked"):
        running.check(key)


def test_a_key_ends_when_it_was_said_to(keys: KeyFile) -> None:
    _, key = keys.add("ada", Role.VIEWER, days=2)
    now = datetime.now(UTC)

    keys.check(key, now + timedelta(days=1.9))
    with pytest.raises(KeyRefusedError, match="expired"):
        keys.check(key, now + timedelta(days=2.1))


def test_a_name_revokes_all_keys_of_a_person_and_an_id_one(keys: KeyFile) -> None:
    (first, _), (second, _), (bobs, _) = (keys.add(name, Role.VIEWER) for name in ("ada", "ada", "bob"))

    assert [key.id for key in keys.revoke(first.id)] == [first.id]
    assert [key.id for key in keys.revoke("ada")] == [second.id]
    assert [key.id for key in keys.records() if not key.problem(datetime.now(UTC))] == [bobs.id]


@pytest.mark.parametrize("wanted", ["nobody", "ada"])
def test_what_is_not_there_cannot_be_revoked(keys: KeyFile, wanted: str) -> None:
    keys.add("ada", Role.VIEWER)
    keys.revoke("ada")

    with pytest.raises(KeyNotFoundError):
        keys.revoke(wanted)


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\nb", "a\x1b[31m", "a\u2028b", "a\u202eb"])
def test_a_name_that_cannot_be_shown_is_refused(keys: KeyFile, name: str) -> None:
    with pytest.raises(PersonNameError):
        keys.add(name, Role.VIEWER)


def test_a_name_may_be_written_in_any_alphabet(keys: KeyFile) -> None:
    assert keys.add(" Žofia Müller ", Role.VIEWER)[0].name == "Žofia Müller"


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_believed(keys: KeyFile, mode: int) -> None:
    _, key = keys.add("ada", Role.VIEWER)
    keys.path.chmod(mode)

    with pytest.raises(KeyFileError, match="chmod"):
        KeyFile(keys.path).check(key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"version": 2, "keys": []}',
        '{"version": 1, "keys": [{"id": "a"}]}',
        '{"version": 1, "keys": 1}',
    ],
)
def test_a_spoilt_file_opens_nothing_and_says_so(keys: KeyFile, text: str) -> None:
    _, key = keys.add("ada", Role.VIEWER)
    keys.path.write_text(text)

    with pytest.raises(KeyFileError):
        keys.check(key)


@pytest.mark.parametrize("role", ["god", "", None, 4])
def test_a_role_that_somebody_wrote_into_the_file_has_to_be_one(keys: KeyFile, role: object) -> None:
    _, key = keys.add("ada", Role.VIEWER)
    content = json.loads(keys.path.read_text())
    content["keys"][0]["role"] = role
    keys.path.write_text(json.dumps(content))

    with pytest.raises(KeyFileError):
        keys.check(key)


def test_without_a_file_there_are_no_keys(keys: KeyFile) -> None:
    assert keys.records() == ()
    with pytest.raises(UnknownKeyError):
        keys.check(new_key()[1])


def test_keys_that_are_made_at_once_are_all_kept(keys: KeyFile) -> None:
    makers = [
        threading.Thread(target=KeyFile(keys.path).add, args=(f"p{number}", Role.VIEWER))
        for number in range(12)
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()

    assert {key.name for key in keys.records()} == {f"p{number}" for number in range(12)}
