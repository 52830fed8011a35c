"""Words for patients that lead nobody to them."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lib.datastore.patients import KEY_FILE, PatientTokens
from lib.errors import StorageError
from tests.builders import build_xa


def test_a_patient_has_one_token_on_one_server_also_after_a_restart(tmp_path: Path) -> None:
    jane, again, joe = (build_xa(PatientID=name) for name in ("1", "1", "2"))

    tokens = [PatientTokens(tmp_path).token(header) for header in (jane, again, joe)]

    assert tokens[0] == tokens[1] != tokens[2]


def test_another_server_has_other_tokens(tmp_path: Path) -> None:
    jane = build_xa(PatientID="1")

    assert PatientTokens(tmp_path / "a").token(jane) != PatientTokens(tmp_path / "b").token(jane)


def test_a_run_has_a_token_that_only_this_server_gives_it(tmp_path: Path) -> None:
    here, there = PatientTokens(tmp_path / "here"), PatientTokens(tmp_path / "there")

    token = here.run_token("1.2.3")

    assert token == here.run_token("1.2.3")
    assert token.startswith("R-")
    assert token not in (here.run_token("1.2.4"), there.run_token("1.2.3"))


def test_two_issuers_may_give_the_same_number_to_two_patients(tmp_path: Path) -> None:
    tokens = PatientTokens(tmp_path)

    here, there = (build_xa(PatientID="1", IssuerOfPatientID=issuer) for issuer in ("here", "there"))

    assert tokens.token(here) != tokens.token(there)


def test_a_run_without_a_patient_is_known_by_its_study(tmp_path: Path) -> None:
    tokens = PatientTokens(tmp_path)
    one, two = build_xa(PatientID=None), build_xa(PatientID="")

    assert tokens.token(one) != tokens.token(two)


def test_the_key_is_for_the_server_alone(tmp_path: Path) -> None:
    PatientTokens(tmp_path).token(build_xa())

    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_those_who_begin_at_once_use_one_key(tmp_path: Path) -> None:
    jane = build_xa(PatientID="1")

    with ThreadPoolExecutor(8) as servers:
        tokens = set(servers.map(lambda _: PatientTokens(tmp_path).token(jane), range(16)))

    assert len(tokens) == 1
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


def test_a_damaged_key_is_not_used(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"")

    with pytest.raises(StorageError, match="is damaged"):
        PatientTokens(tmp_path).token(build_xa())
