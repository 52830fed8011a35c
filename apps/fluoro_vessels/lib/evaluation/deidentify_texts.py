"""Texts as people type them into comments: something useful, and something that tells who."""

from collections.abc import Mapping
from random import Random
from typing import Final

from lib.evaluation.deidentify_people import Person

PHRASES: Final = (
    "LCA RAO 30 CRA 20",
    "Coronary angiography",
    "Left femoral access",
    "RCA LAO 45 15 fps",
    "Koronarangiographie links",
    "DSA Becken Bein rechts",
    "Coronarographie gauche",
    "Coronarografia sinistra",
    "6F JL4 catheter",
    "Stenosis 70% mid LAD",
    "PTCA RCA 3.0x18 mm stent",
    "CEREBRAL ANGIO AP",
)
TEMPLATES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("{phrase} {family} {number}", ("family", "number")),
    ("{phrase}, Dr. {stranger}", ("stranger",)),
    ("{phrase}. Seen by {doctor}, call {phone}", ("doctor", "phone")),
    ("{phrase} {STRANGER}", ("stranger",)),
    ("{STRANGER} {phrase}", ("stranger",)),
    ("{phrase} {mail} 63 yo", ("mail",)),
    ("{phrase} on {dotted}", ("dotted",)),
    ("{phrase} acc {accession}", ("accession",)),
    ("{phrase} {given} {family}", ("family",)),
    ("{family}, {given}: {phrase}", ("family", "given")),
    ("{family}^{given} {phrase}", ("family",)),
    ("{phrase} / Pat. {family}", ("family",)),
    ("{phrase} - Dr. med. {stranger}", ("stranger",)),
    ("{phrase} performed by {stranger} on {iso}", ("stranger", "iso")),
    ("{phrase} (MRN: {number})", ("number",)),
    ("{phrase} Frau {stranger}", ("stranger",)),
    ("{phrase} pour Mme {stranger}", ("stranger",)),
    ("{phrase} geb. {dotted}", ("dotted",)),
    ("{phrase} DOB {worded}", ("worded",)),
    ("{phrase}_{family}", ("family",)),
    ("{phrase} for J. {stranger}", ("stranger",)),
    ("{phrase}; discussed with {doctor} and {stranger}", ("doctor", "stranger")),
    ("{phrase} {hospital}", ("town",)),
    ("{phrase} SN {serial}", ("serial",)),
)


def draw_text(person: Person, random: Random) -> tuple[str, str, tuple[str, ...]]:
    """Return a text, what of it has to stay, and what has to go."""
    phrase = random.choice(PHRASES)
    template, names = random.choice(TEMPLATES)
    values = _values(person)
    return template.format(phrase=phrase, **values), phrase, tuple(values[name] for name in names)


def _values(person: Person) -> Mapping[str, str]:
    return {
        **{name: getattr(person, name) for name in ("family", "given", "number", "accession", "doctor")},
        **{name: getattr(person, name) for name in ("stranger", "phone", "mail", "serial", "hospital")},
        "STRANGER": person.stranger.upper(),
        "town": person.hospital.split()[0],
        "dotted": f"{person.born:%d.%m.%Y}",
        "iso": f"{person.filmed[0]:%Y-%m-%d}",
        "worded": f"{person.born:%d %b %Y}",
    }
