"""Errors of who may do what."""

from collections.abc import Sequence
from pathlib import Path

from lib.errors.edge import MethodRefusedError
from lib.errors.kinds import (
    BusyError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
    StorageError,
    UnavailableError,
)


class SignInWantedError(NotSignedInError):
    """Nobody said who asks."""

    def __init__(self) -> None:
        super().__init__(
            "This server wants to know who asks. Send `Authorization: Bearer KEY` with an API key or a "
            "token, or open /login in a browser. Nothing was done."
        )


class KeyRefusedError(NotSignedInError):
    """An API key that is not, or no longer, good for anything."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This API key {reason}. Ask an admin of this server for another one.")


class UnknownKeyError(KeyRefusedError):
    """What was shown is no key of this server."""

    def __init__(self) -> None:
        super().__init__("is not known here")


class TokenRefusedError(NotSignedInError):
    """A bearer token that proves nothing here."""

    def __init__(self, reason: str, *, has_expired: bool = False) -> None:
        super().__init__(f"This token is refused: {reason}. Sign in again and send the new one.")
        self.has_expired = has_expired


class SignInEndedError(NotSignedInError):
    """A sign-in that was ended, or has ended by itself."""

    def __init__(self) -> None:
        super().__init__("This sign-in has ended. Sign in again at /login, or by /auth/token.")


class SignInFailedError(NotSignedInError):
    """The way back from the OIDC issuer led nowhere."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Signing in did not succeed: {reason}. Open /login and try again.")


class RoleTooLowError(NotAllowedError):
    """Who asks is known, and may not do this."""

    def __init__(self, name: str, role: str | None, wanted: str) -> None:
        has = f"has the role {role}" if role else "has no role here"
        super().__init__(
            f"{name} {has}; this takes the role {wanted}. Ask an admin of this server. Nothing was done."
        )


class OtherSiteError(NotAllowedError):
    """A page of another site that would act in the name of whoever has it open."""

    def __init__(self) -> None:
        super().__init__(
            "This request comes from a page of another site, and was refused. If that page is yours, list "
            "its origin in FLUORO_AUTH__CORS_ORIGINS."
        )


class HostNotServedError(NotAllowedError):
    """A request that reached us under a name that is not ours."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody signs in here, so this server answers only as localhost or 127.0.0.1. To give it another "
            "name, list that in FLUORO_AUTH__HOSTS; to reach it from elsewhere, set FLUORO_AUTH__ENABLED."
        )


class OnlyLoopbackError(NotAllowedError):
    """A request from the network to a server where nobody signs in."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody signs in here, so this server answers on loopback only. Set FLUORO_AUTH__ENABLED=true "
            "and make keys with `fluoro keys add`; see docs/access.md."
        )


class TooManyFailuresError(BusyError):
    """So many wrong keys came from one place that it has to wait."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"Too many sign-ins failed from your address. Nothing was checked; wait {retry_after_s} s. Who "
            "is signed in is not concerned."
        )
        self.retry_after_s = retry_after_s


class NoSuchRouteError(NotFoundError):
    """An address that this server does not have."""

    def __init__(self) -> None:
        super().__init__("There is no such address here. See docs/http.md for those that there are.")


class RouteMethodError(MethodRefusedError):
    """An address that this server has, but not for this method."""

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        InvalidInputError.__init__(self, f"{method[:20]} is not possible here; {', '.join(allowed)} is.")
        self.allowed = tuple(allowed)


class FormTooLongError(InvalidInputError):
    """What somebody sent to sign in cannot be that."""

    def __init__(self) -> None:
        super().__init__("This is no form for signing in. Send `password=KEY` as a URL-encoded form.")


class IssuerUnavailableError(UnavailableError):
    """The OIDC issuer cannot be asked, so nobody can be told apart by its tokens."""

    def __init__(self, issuer: str, reason: str) -> None:
        super().__init__(
            f"The OIDC issuer {issuer} cannot be used: {reason}. API keys still work; try again later, or "
            "check FLUORO_AUTH__OIDC__ISSUER."
        )


class RoleNameError(InvalidInputError):
    """A word that is no role."""

    def __init__(self, word: str, words: Sequence[str]) -> None:
        super().__init__(f"{word[:40]!r} is no role. Choose one of: {', '.join(words)}.")


class PersonNameError(InvalidInputError):
    """A name that cannot be a person's."""

    def __init__(self, longest: int) -> None:
        super().__init__(f"A name has 1 to {longest} characters that can be printed. Choose such a name.")


class KeyNotFoundError(NotFoundError):
    """No key has this id or name."""

    def __init__(self, wanted: str) -> None:
        super().__init__(
            f"No API key that is still good has the id or name {wanted[:64]!r}. See `fluoro keys list`."
        )


class KeyFileError(StorageError):
    """The file of the API keys cannot be used, so no key is accepted."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"The file of API keys {path} cannot be used: {reason}. No key is accepted until then."
        )
