"""People who never were, drawn from a seed, with everything that must not be left of them in a file."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SYLLABLES: Final = _words(
    """
    ba ber chen dor el fan gar hu ing jo kal kow lar mi nak or pet quin ros sch sta tan ur vel wei xu
    yo zab
    """
)
FAMILIES: Final = _words(
    """
    Smith Müller Kowalczyk Nguyễn García O'Brien Papadopoulos Yamamoto Öztürk Schmidt-Hansen Rossi
    Ivanova Le Silva Haddad Johansson Dubois Novák Okafor Young
    """
)
GIVEN: Final = _words(
    """
    Anna Jörg María Li Ahmed Ingrid Pierre Olga Kwame Fatma João Yuki Ellen Piotr Sean Nadia
    """
)
TOWNS: Final = _words(
    """
    Brennfeld Oakmoor Villeneuvette Castrobelo Nordvika Tarnowo
    """
)


@dataclass(frozen=True)
class Person:
    """A patient, and who and what is around.

    Attributes:
        family: Family name; `given` the other.
        number: Patient ID.
        accession: Accession Number.
        born: Birth date.
        filmed: Days of the two studies.
        doctor: Family name of the physician, whom only some headers tell.
        stranger: A name that no header tells.
        hospital: Name of the hospital.
        phone: A telephone number.
        mail: An address.
        serial: Serial number of the device.
    """

    family: str
    given: str
    number: str
    accession: str
    born: date
    filmed: tuple[date, date]
    doctor: str
    stranger: str
    hospital: str
    phone: str
    mail: str
    serial: str

    def secrets(self) -> dict[str, str]:
        """Return what must be found nowhere, by kind."""
        return {
            "family name": self.family,
            "given name": self.given,
            "patient ID": self.number,
            "accession number": self.accession,
            "birth date": f"{self.born:%Y%m%d}",
            "first day": f"{self.filmed[0]:%Y%m%d}",
            "second day": f"{self.filmed[1]:%Y%m%d}",
            "physician": self.doctor,
            "stranger": self.stranger,
            "hospital": self.hospital.split()[0],
            "telephone": self.phone,
            "mail": self.mail,
            "serial number": self.serial,
        }


def draw_person(random: Random) -> Person:
    """Draw somebody; half of the names are of real languages, half are made up so that no list has them."""
    born = date(1930, 1, 1) + timedelta(random.randrange(26_000))
    first = date(2015, 1, 1) + timedelta(random.randrange(3_000))
    family = random.choice(FAMILIES) if random.random() < 0.5 else _made_up(random)
    return Person(
        family=family,
        given=random.choice(GIVEN),
        number=random.choice(("{:08d}", "P{:07d}", "MR-{:06d}X")).format(random.randrange(10**6, 10**7)),
        accession=f"A{random.randrange(10**8):08d}",
        born=born,
        filmed=(first, first + timedelta(random.randrange(1, 400))),
        doctor=_made_up(random),
        stranger=_made_up(random),
        hospital=f"{random.choice(TOWNS)} Hospital",
        phone=f"+49 89 {random.randrange(10**6, 10**7)}",
        mail=f"{_made_up(random).lower()}@clinic.example",
        serial=f"{random.randrange(10**5, 10**6)}",
    )


def _made_up(random: Random) -> str:
    return "".join(random.sample(SYLLABLES, 3)).capitalize()
