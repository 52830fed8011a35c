"""Sign-ins are kept as digests, end in time, and do not pile up."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.access.person import Person, SignedInBy
from lib.access.roles import Role
from lib.errors import SignInEndedError
from lib.server.auth.sign_ins import MOST_PER_PERSON, SignIns

ADA = Person("ada", Role.ANNOTATOR, SignedInBy.KEY, "0a1b2c3d")


class Clock:
    """A clock that a test moves."""

    now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_token_proves_who_signed_in(tmp_path: Path) -> None:
    sign_ins = SignIns(tmp_path / "s.json", 1)

    found = sign_ins.find(sign_ins.begin(ADA))

    assert (found.name, found.role, found.key_id) == ("ada", "annotator", "0a1b2c3d")


def test_the_file_holds_no_token_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.json"

    token = SignIns(path, 1).begin(ADA)

    assert token not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_sign_in_ends_in_time(tmp_path: Path) -> None:
    clock = Clock()
    sign_ins = SignIns(tmp_path / "s.json", 2, clock)
    token = sign_ins.begin(ADA)

    clock.now += timedelta(hours=1.9)
    sign_ins.find(token)
    clock.now += timedelta(hours=0.2)

    with pytest.raises(SignInEndedError):
        sign_ins.find(token)


def test_a_sign_out_is_one_also_after_a_restart(tmp_path: Path) -> None:
    sign_ins = SignIns(tmp_path / "s.json", 1)
    token = sign_ins.begin(ADA)
    sign_ins.end(token)

    with pytest.raises(SignInEndedError):
        SignIns(tmp_path / "s.json", 1).find(token)


@pytest.mark.parametrize("token", ["", "fvs_", "fvs_" + "A" * 43, "x" * 10_000])
def test_what_was_never_given_proves_nothing(tmp_path: Path, token: str) -> None:
    sign_ins = SignIns(tmp_path / "s.json", 1)
    sign_ins.end(token)

    with pytest.raises(SignInEndedError):
        sign_ins.find(token)


def test_a_client_that_signs_in_again_and_again_ends_only_its_own_oldest(tmp_path: Path) -> None:
    sign_ins = SignIns(tmp_path / "s.json", 1)
    bobs = sign_ins.begin(Person("bob", Role.VIEWER, SignedInBy.KEY, "ffffffff"))

    tokens = [sign_ins.begin(ADA) for _ in range(MOST_PER_PERSON + 3)]

    sign_ins.find(bobs)
    sign_ins.find(tokens[3])
    with pytest.raises(SignInEndedError):
        sign_ins.find(tokens[2])


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"sha256": "a"}]', "{}x"])
def test_a_spoilt_file_signs_everybody_out_and_nothing_more(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.json"
    token = SignIns(path, 1).begin(ADA)
    path.write_text(text)

    later = SignIns(path, 1)

    with pytest.raises(SignInEndedError):
        later.find(token)
    later.find(later.begin(ADA))
