import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.privacy.free_text import TextCleaner

CLEANER = TextCleaner(frozenset({"kowalski", "jan", "ab12345", "556342b", "müller", "muller", "long"}))


@pytest.mark.parametrize(
    "text",
    [
        "LCA RAO 30 CRA 20",
        "Cardiac Catheterization",
        "Left Coro 15 fps",
        "6F JL4 catheter, 7.5 mm balloon, 3.0x18 stent",
        "DSA carotis links seitlich 15 B/s",
        "Koronarangiographie rechts mit Kontrastmittel",
        "JPEG 2000 reversible (lossless)",
        "Abdomen 3 runs at 14:30",
        "from LAO to RAO",
        "8 Fr Guide",
        "Embolization, Right Femoral Access",
        "70% stenosis prox. LAD",
        "Visipaque 320 mg/ml",
        "6F via femoral access",
        "JL4 6FR catheter",
        "frames 10 20 30",
        "diameter 3.5 4.0 3.5 mm",
        "case 2 of 3",
        "no 100 % stenosis",
        "stent 2.5/18 mm",
        "matrix 512 512",
        "patient supine, LCA",
        "hand injection at the heart center",
    ],
)
def test_what_says_nothing_of_a_person_stays_as_it_was(text: str) -> None:
    assert CLEANER.describe(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("CT chest abdomen pelvis - 55F Dr. Smith", "CT chest abdomen pelvis"),
        ("LCA KOWALSKI RAO 30", "LCA RAO 30"),
        ("Kowalski^Jan LCA", "LCA"),
        ("kowalski_run LCA", "run LCA"),
        ("LCAKOWALSKI RAO", "RAO"),
        ("LCA ID AB12345", "LCA ID"),
        ("LCA Zbigniewicz", "LCA"),
        ("LCA 12.03.1957", "LCA"),
        ("LCA 1957-03-12", "LCA"),
        ("LCA 12 Mar 1957", "LCA"),
        ("LCA March 12, 1957", "LCA"),
        ("LCA +49 89 1234567", "LCA"),
        ("LCA 555-123-4567", "LCA"),
        ("LCA jan@clinic.example", "LCA"),
        ("LCA 63 year-old male", "LCA male"),
        ("LCA 4711234", "LCA"),
        ("LCA MRN: 4711", "LCA"),
        ("LCA 1.2.840.113619.2.55", "LCA"),
        ("Performed by Brown LCA", "Performed by LCA"),
        ("Patient Brown Kimura left side", "Patient left side"),
        ("Stone, Zyxwek: RCA", "RCA"),
        ("RCA J. Brown", "RCA"),
        ("Frau Müller-Lüdenscheidt RCA", "RCA"),
        ("axis long", "axis"),
        ("Patient Short, RCA", "Patient RCA"),
        ("Mrs Grace Short RCA", "RCA"),
        ("read by Grace Short RCA", "read by RCA"),
        ("RCA Zyxwek Short Kimura", "RCA"),
        ("van der Zyxwek RCA", "RCA"),
        ("RCA, St. Luke's", "RCA"),
        ("Zyxwek Hospital RCA", "RCA"),
        ("RCA 9 Oak Tree Road", "RCA"),
        ("Eichenweg 7 RCA", "RCA"),
        ("RCA, wohnhaft in 4 Quarz, Ulm", "RCA"),
        (r"RCA E:\out\kimura\1.dcm", "RCA"),
        ("RCA 3 de abril de 2017", "RCA"),
        ("RCA '12", "RCA"),
        ("RCA tel 01 22 33 44 55", "RCA"),
        ("RCA 221 444 55 66", "RCA"),
        ("RCA 111.222.333-44", "RCA"),
        ("RCA 555-0100", "RCA"),
        ("RCA 110260-1234", "RCA"),
        ("RCA room 3C05", "RCA"),
        ("RCA case 881/23", "RCA"),
        ("RCA insurance DAK 77 12 05", "RCA"),
        ("RCA ext. 3121", "RCA"),
        ("RCA 77 y", "RCA"),
    ],
)
def test_what_tells_who_goes(text: str, left: str) -> None:
    assert CLEANER.describe(text) == left


def test_ages_stay_where_they_may() -> None:
    assert TextCleaner(keeps_ages=True).describe("LCA 63 year old") == "LCA 63 year old"
    assert TextCleaner().describe("LCA 63 year old") == "LCA"


def test_words_of_a_site_stay() -> None:
    assert TextCleaner(more_words=frozenset({"kardiolab"})).describe("Kardiolab LCA") == "Kardiolab LCA"
    assert TextCleaner().describe("Kardiolab LCA") == "LCA"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Siemens AXIOM-Artis VB23N", "Siemens AXIOM-Artis VB23N"),
        ("AXIOM Kowalski 12", "AXIOM 12"),
        ("2.0.101.0", "2.0.101.0"),
        ("MR Imaging DD 001", "MR Imaging DD 001"),
        ("Zbigniewicz 4711", "Zbigniewicz 4711"),
        ("Artis Dr. Huber", "Artis"),
        ("v3 556342B", "v3"),
        ("OBERMULLERSTEIN", ""),
    ],
)
def test_a_text_of_a_machine_loses_only_what_is_known(text: str, left: str) -> None:
    assert CLEANER.guard(text) == left


@given(
    st.lists(st.sampled_from(["LCA", "Kowalski", "KOWALSKI", "Jan", "30", "ab12345", ",", "^", "-", "run"]))
)
def test_no_known_name_is_ever_left(words: list[str]) -> None:
    for text in (" ".join(words), "_".join(words)):
        for left in (CLEANER.describe(text), CLEANER.guard(text)):
            assert "kowalski" not in left.casefold()
            assert "ab12345" not in left.casefold()
            assert CLEANER.is_clean(left)


@given(st.text(max_size=200))
def test_any_text_can_be_cleaned_and_stays_clean(text: str) -> None:
    once = CLEANER.describe(text)

    assert len(once) <= len(text)
    assert CLEANER.is_clean(once)


@pytest.mark.parametrize("piece", ["1", "1-", "van ", "é", "A. ", "12 may ", "rue 1 ", "by ", "(("])
def test_a_long_text_takes_no_longer_than_its_length_asks_for(piece: str) -> None:
    began = time.process_time()

    CLEANER.describe(piece * (20_000 // len(piece)))

    assert time.process_time() - began < 3


def test_known_names_are_found_whatever_their_accents() -> None:
    assert not CLEANER.is_clean("Herr MÜLLER")
    assert not CLEANER.is_clean("Muller")
    assert CLEANER.is_clean("a long axis")
