"""Makes the tables of `lib/privacy` from what others took down from the standard: facts, no code of theirs.

    .venv/bin/python scripts/confidentiality_tables.py --options PUBLIC_DICOM.py

- `actions.csv`: Table E.1-1 of PS3.15. The Basic Profile is that of 2026c, as dicom-anonymizer has it; the
options
  are those of 2024d, as idiscore's `_public_dicom.py` has them, and `NEWER` adds rows that came later.
- `safe_private.csv`: rows of Table E.3.10-1 that an angiography archive may meet, and numbers of angiography
systems
  whose vendors documented them (pydicom's private dictionary).
- `vocabulary.txt`: words of the attribute names of PS3.6 and of the code meanings of PS3.16, without proper
names.
"""

import argparse
import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dicomanonymizer.dicom_anonymization_databases import dicomfields_2026c
from pydicom._dicom_dict import DicomDictionary
from pydicom._private_dict import private_dictionaries
from pydicom.datadict import dictionary_description
from pydicom.sr._concepts_dict import concepts

FOLDER: Final = Path(__file__).resolve().parents[1] / "apps" / "fluoro_vessels" / "lib" / "privacy"
EDITIONS: Final = (
    "PS3.15 Table E.1-1: Basic Profile of edition 2026c, options of 2024d with later rows of 2025b"
)
COLUMNS: Final = {
    "safe-private": "retain_safe_private",
    "uids": "retain_uid",
    "device": "retain_device_id",
    "institution": "retain_institution_id",
    "patient": "retain_patient_characteristics",
    "full-dates": "retain_full_dates",
    "modified-dates": "retain_modified_dates",
    "descriptors": "clean_descriptors",
    "structured": "clean_structured_content",
    "graphics": "clean_graphics",
}
LETTERS: Final = {"KEEP": "K", "CLEAN": "C"}
DATES: Final = {"full-dates": "K", "modified-dates": "C"}
CLEAN_TEXT: Final = {"descriptors": "C"}
NEWER: Final = {
    "00081301": CLEAN_TEXT,
    "00081302": CLEAN_TEXT,
    "00081303": CLEAN_TEXT,
    "00081304": CLEAN_TEXT,
    "00100016": CLEAN_TEXT,
    "00100042": {"patient": "C", **CLEAN_TEXT},
    "00100043": {"patient": "K"},
    "00100045": CLEAN_TEXT,
    "00100046": {"patient": "K"},
    "00100047": {"patient": "K"},
    "00102162": {"patient": "K"},
    "00181010": {"device": "K"},
    "00181011": {"device": "K"},
    "0040a034": DATES,
    "0040a035": DATES,
    "0040b034": DATES,
    "0040b036": DATES,
    "0040b03b": CLEAN_TEXT,
    "0040b03f": CLEAN_TEXT,
}
"""Options of rows that are younger than 2024d."""

REPEATERS: Final = {
    (0x5000, 0x0000): ("50xxxxxx", "Curve Data"),
    (0x6000, 0x3000): ("60xx3000", "Overlay Data"),
    (0x6000, 0x4000): ("60xx4000", "Overlay Comments"),
}
SAFE: Final = (
    ("00E1", "21", "ELSCINT1", "DS", "DLP"),
    ("00E1", "50", "ELSCINT1", "DS", "Acquisition Duration"),
    ("01F1", "07", "ELSCINT1", "DS", "Table Velocity"),
    ("01F1", "26", "ELSCINT1", "DS", "Pitch"),
    ("01F1", "27", "ELSCINT1", "DS", "Rotation Time"),
    ("0019", "23", "GEMS_ACQU_01", "DS", "Table Speed"),
    ("0019", "24", "GEMS_ACQU_01", "DS", "Mid Scan Time"),
    ("0019", "27", "GEMS_ACQU_01", "DS", "Rotation Speed"),
    ("0025", "07", "GEMS_SERS_01", "SL", "Images in Series"),
    ("0043", "27", "GEMS_PARM_01", "SH", "Scan Pitch Ratio"),
    ("0043", "39", "GEMS_PARM_01", "IS", "First value is B Value"),
    ("0045", "01", "GEMS_HELIOS_01", "SS", "Number of Macro Rows in Detector"),
    ("0045", "02", "GEMS_HELIOS_01", "FL", "Macro width at ISO Center"),
    ("0903", "10", "GEIIS PACS", "US", "Reject Image Flag"),
    ("0903", "11", "GEIIS PACS", "US", "Significant Flag"),
    ("0903", "12", "GEIIS PACS", "US", "Confidential Flag"),
    ("2001", "03", "Philips Imaging DD 001", "FL", "Diffusion B-Factor"),
    ("2001", "04", "Philips Imaging DD 001", "CS", "Diffusion Direction"),
    ("2005", "0D", "Philips MR Imaging DD 001", "FL", "Scale Intercept"),
    ("2005", "0E", "Philips MR Imaging DD 001", "FL", "Scale Slope"),
    ("0019", "0C", "SIEMENS MR HEADER", "IS", "B Value"),
    ("0019", "0D", "SIEMENS MR HEADER", "CS", "Diffusion Directionality"),
    ("0019", "0E", "SIEMENS MR HEADER", "FD", "Diffusion Gradient Direction"),
    ("0019", "27", "SIEMENS MR HEADER", "FD", "B Matrix"),
    ("7053", "00", "Philips PET Private Group", "DS", "SUV Factor"),
    ("7053", "09", "Philips PET Private Group", "DS", "Activity Concentration Factor"),
)
"""Rows of Table E.3.10-1, without sonography, brain volumes and all that hold bulk data."""

ANGIOGRAPHY: Final = ("CARDIO-D.R. 1.0", "GEMS_DL_FRAME_01", "GEMS_DL_IMG_01")
NUMBERS: Final = ("DS", "FD", "FL", "IS", "SL", "SQ", "SS", "UL", "US")
DOUBTFUL: Final = ("unknown", "file", "date", "number", "private", "alternate")
BREEDS: Final = range(7480, 7490)
"""Context groups whose codes are breeds and strains of animals, many of them named after places."""

TERM_ENDS: Final = tuple(
    """
    ac al ar ary ic id ine ive ing ion ism itis ity ium ate ous ectomy emia gram graphy logy oma
    oid osis pathy plasty scopy tomy ula able ible ent ant ed ly ness ure cardia pnea ole lysis
    esis duct
    """.split()  # noqa: SIM905
)
SHORTEST_TERM: Final = 6
"""A first word that is never written small counts only where it looks like a term; else it may be a name."""

NO_WORDS: Final = frozenset(
    """
    allen baker barrett bauer belgium bell bengal berkshire berlin biebrich bloom bode boothby borg
    brabant brand brown burden bush cage campbell carl carmine celestine chang charles cheek cheviot
    cockroft cook cooper david delaine diamond dodge dorset edward erie euler fair fleischner ford
    fouchet fox frank fridericia garnet gault grant gray green hadlock haigis hall hansel harris hart
    henry hodges hoffer holladay horn hunter icelandic jack james john jordan joslin kennedy kerley
    king kutta lee leen levenberg lutz marquardt marsh martin mason meldola merchant miller muller
    mustang müller nail norman nubian olsen page parent paul pisa pittsburgh ray reid rice rich
    richardson robertson rod rose runge ryan sam sandy scarlet scheimpflug schwartz sid silver simpson
    strong stump tarrant teichholz tofts treat trotter tunis verhoeff victoria violet walker wayson
    wild willis wing winston wolf wood wright wynne young zobel
    """.split()  # noqa: SIM905
)
"""Words of the standard that are oftener names of people."""


def option_codes(source: Path) -> dict[str, dict[str, str]]:
    """Return the options' codes by tag, as idiscore's module lists them; the module is read, not run."""
    names = {name: column for column, name in COLUMNS.items()}
    codes: dict[str, dict[str, str]] = {tag: dict(found) for tag, found in NEWER.items()}
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and (column := names.get(ast.unparse(node.targets[0]))):
            for tag, action in _rules(node.value):
                codes.setdefault(tag, {})[column] = LETTERS[action]
    return codes


def _rules(call: Any) -> Iterator[tuple[str, str]]:
    rules = next(keyword.value for keyword in call.keywords if keyword.arg == "rules")
    for rule in rules.elts:
        tag, action = rule.elts
        yield (tag.args[0].value if tag.args else "private"), action.attr


def action_rows(options: dict[str, dict[str, str]]) -> Iterator[list[str]]:
    """Yield a row for each attribute, in the order of their tags."""
    basic: dict[str, tuple[str, str]] = {"private": ("Private Attributes", "X")}
    for name in dir(dicomfields_2026c):
        if name.endswith("_TAGS") and name != "ALL_TAGS":
            code = name.removesuffix("_TAGS").replace("_STAR", "*").replace("_", "/")
            for tag in getattr(dicomfields_2026c, name):
                key, about = _named(tag)
                basic[key] = (about, code)
    for key in sorted(basic):
        about, code = basic[key]
        found = options.get(key, {})
        yield [key, about, code, *(found.get(column, "") for column in COLUMNS)]


def _named(tag: tuple[int, ...]) -> tuple[str, str]:
    if len(tag) > 2:
        return REPEATERS[tag[0], tag[1]]
    group, element = tag
    try:
        about = dictionary_description(tag)
    except KeyError:
        about = ""
    return f"{group:04x}{element:04x}", about


def safe_rows() -> Iterator[list[str]]:
    """Yield group, last byte of the element, creator, VR, meaning and source of what may stay."""
    for row in SAFE:
        yield [*row, "PS3.15 E.3.10-1"]
    for creator in ANGIOGRAPHY:
        for tag, (vr, _, about, _) in sorted(private_dictionaries[creator].items()):
            if vr in NUMBERS and not any(word in about.lower() for word in DOUBTFUL):
                yield [tag[:4].upper(), tag[-2:].upper(), creator, vr, about, "vendor"]


def words() -> list[str]:
    """Return words that are no names: of attributes, and of code meanings where they are written small."""
    found: set[str] = set()
    for entry in DicomDictionary.values():
        found.update(word.lower() for word in _letters(entry[2]))
    for scheme, by_name in concepts.items():
        for by_code in by_name.values():
            for meaning, groups in by_code.values():
                if not set(groups) & set(BREEDS):
                    found.update(_plain(meaning, scheme == "DCM"))
    return sorted(word for word in found - NO_WORDS if len(word) > 1)


def _plain(meaning: str, is_dicom: bool) -> Iterator[str]:
    """Yield the words of a meaning; a capital inside it begins a name, unless DICOM defines the code."""
    for place, word in enumerate(_letters(meaning)):
        if word.islower() or is_dicom or (place == 0 and _is_term(word)):
            yield word.lower()


def _is_term(word: str) -> bool:
    return word[1:].islower() and len(word) >= SHORTEST_TERM and word.lower().endswith(TERM_ENDS)


def _letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def _write(path: Path, head: list[str], rows: Iterator[list[str]], about: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {about}. Made by scripts/confidentiality_tables.py.\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def main() -> None:
    """Write the three tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--options", type=Path, required=True, help="idiscore's _public_dicom.py")
    options = option_codes(parser.parse_args().options)
    _write(FOLDER / "actions.csv", ["tag", "name", "basic", *COLUMNS], action_rows(options), EDITIONS)
    head = ["group", "element", "creator", "vr", "meaning", "source"]
    _write(FOLDER / "safe_private.csv", head, safe_rows(), "Private elements that identify nobody")
    about = "# Words of PS3.6 and PS3.16 that are no names. Made by scripts/confidentiality_tables.py.\n"
    (FOLDER / "vocabulary.txt").write_text(about + "\n".join(words()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
