"""What `fluoro deidentify` and `fluoro publish` clean with: the site's key, words, lists and zones."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lib.settings import settings

if TYPE_CHECKING:
    from lib.privacy.deidentify import Deidentifier


@dataclass(frozen=True)
class SiteFiles:
    """Files of the site; what the command line does not name is that of the settings."""

    key: Path | None = None
    words: Path | None = None
    safe_private: Path | None = None
    zones: Path | None = None


def site_deidentifier(folder: Path, files: SiteFiles, options: str | None = None) -> "Deidentifier":
    """Return what cleans headers; the key must not lie in the folder that is given away.

    Raises:
        SiteKeyError: It does, or it is no key.
        SafeListError: A list of the site cannot be read.
        UnknownOptionError: There is no such option.
        OptionsClashError: Two options exclude each other.
    """
    from lib.privacy.deidentify import Deidentifier
    from lib.privacy.folder import require_apart
    from lib.privacy.options import DEFAULT, Profile, read_options
    from lib.privacy.pseudonyms import Pseudonyms
    from lib.privacy.safe_private import shipped_list, with_file
    from lib.privacy.site_key import read_or_make_key
    from lib.privacy.words import read_words

    ours = settings().privacy
    profile = Profile(DEFAULT if options is None else read_options(options.split(",")))
    safe_private, words = files.safe_private or ours.safe_private, files.words or ours.words
    safe = with_file(safe_private) if safe_private else shipped_list()
    more = read_words(words) if words else frozenset[str]()
    place = files.key or settings().data / "deidentify.key"
    require_apart(place, folder)
    return Deidentifier(Pseudonyms(read_or_make_key(place)), profile, safe, more)


def zones_for_pixels(files: SiteFiles) -> Path | None:
    """Return the site's zones, once all that looking at pictures needs was found to be there.

    Raises:
        ReaderMissingError: Nothing is installed that could read a picture.
        ZoneTableError: The table of zones cannot be read.
    """
    from lib.privacy.pixels import require_reader
    from lib.privacy.site_zones import require_zones

    require_reader()
    zones = files.zones or settings().privacy.zones
    require_zones(zones)
    return zones
