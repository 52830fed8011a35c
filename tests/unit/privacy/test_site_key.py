import stat
from pathlib import Path

import pytest

from lib.errors import SiteKeyError
from lib.privacy.folder import require_apart
from lib.privacy.site_key import read_or_make_key


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "site.key"

    first = read_or_make_key(path)

    assert read_or_make_key(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(first.secret) == 32


def test_a_key_is_not_shown() -> None:
    from tests.privacy_objects import KEY

    assert "secret" not in repr(KEY)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.key"
    read_or_make_key(path)
    path.chmod(0o640)

    with pytest.raises(SiteKeyError, match="chmod 600"):
        read_or_make_key(path)


@pytest.mark.parametrize("content", ["", "abcd", "no key at all", "zz" * 32])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "site.key"
    path.write_text(content)
    path.chmod(0o600)

    with pytest.raises(SiteKeyError, match="name another file"):
        read_or_make_key(path)


def test_a_key_does_not_lie_in_what_is_given_away(tmp_path: Path) -> None:
    with pytest.raises(SiteKeyError, match="given away"):
        require_apart(tmp_path / "out" / "deep" / "site.key", tmp_path / "out")

    require_apart(tmp_path / "site.key", tmp_path / "out")
