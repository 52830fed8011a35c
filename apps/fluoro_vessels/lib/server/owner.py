"""Who asks: sessions and masks belong to one person."""

from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Header

from lib.access.person import LONGEST_NAME, proven
from lib.datastore.incoming import LOCAL

LONGEST: Final = LONGEST_NAME


def owner_of(
    x_client_id: Annotated[
        str | None,
        Header(
            max_length=LONGEST,
            description=f"Who works, where nobody signs in; `{LOCAL}` where nobody says. It is no log-in.",
        ),
    ] = None,
) -> str:
    """Return whose sessions and masks a request is about: who signed in, else who it says."""
    return proven(x_client_id or LOCAL)


Owner: TypeAlias = Annotated[str, Depends(owner_of)]
