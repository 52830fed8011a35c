"""What a site knows of its own stations and words when it gives data away."""

from pathlib import Path

from lib.sections.section import Section


class PrivacySettings(Section):
    """A site's own lists, used beside the shipped ones by `fluoro deidentify` and `fluoro publish`."""

    zones: Path | None = None
    """CSV table of the places in which the site's stations always write; they are blanked on every frame."""
    words: Path | None = None
    """Words that may stay in texts, UTF-8."""
    safe_private: Path | None = None
    """CSV table of private elements that may stay."""
