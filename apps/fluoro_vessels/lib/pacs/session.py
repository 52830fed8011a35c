"""The HTTP session to a PACS: credentials, time-outs and further tries."""

import ipaddress
from urllib.parse import urlsplit

from requests import PreparedRequest, Session
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3.util.retry import Retry

from lib.errors import SettingsError
from lib.settings import PacsSettings

REPEATABLE = frozenset({"GET", "HEAD"})
BUSY = (429, 502, 503, 504)


class Bearer(AuthBase):
    """Sends a bearer token; as an AuthBase it also keeps ~/.netrc out."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class FurtherTries(Retry):
    """Retry whose first pause is the whole back-off; urllib3 leaves the first one out."""

    def get_backoff_time(self) -> float:
        """Return the pause before the next try in seconds."""
        tries = len(self.history)
        return min(self.backoff_max, self.backoff_factor * 2 ** (tries - 1)) if tries else 0.0


def address_of(url: str) -> str:
    """Return a DICOMweb root without a slash at its end."""
    return url.rstrip("/")


def credentials_of(settings: PacsSettings) -> AuthBase | None:
    """Return what signs a request: a token, a user with password, or nothing.

    Raises:
        SettingsError: The password file cannot be read.
    """
    if settings.token is not None:
        return Bearer(settings.token.get_secret_value())
    user, password = user_and_password(settings)
    return HTTPBasicAuth(user.encode(), password.encode()) if user else None


def user_and_password(settings: PacsSettings) -> tuple[str, str]:
    """Return user and password; '' where there are none.

    Raises:
        SettingsError: The password file cannot be read.
    """
    try:
        return settings.username or "", settings.secret() or ""
    except OSError as error:
        raise SettingsError(
            f"The password file {settings.password_file} cannot be read: {error.strerror}."
        ) from error


def further_tries(settings: PacsSettings) -> FurtherTries:
    """Return how requests are repeated: reads only, unless no connection was made at all."""
    return FurtherTries(
        total=settings.retries,
        backoff_factor=settings.backoff_s,
        allowed_methods=REPEATABLE,
        status_forcelist=BUSY,
        raise_on_status=False,
        respect_retry_after_header=False,
    )


def open_session(settings: PacsSettings) -> Session:
    """Return a session for one thread; requests does not promise that a session can be shared."""
    session = Session()
    # No proxy of the environment stands before loopback.
    session.trust_env = not is_loopback(settings.url)
    session.auth = credentials_of(settings)
    # Orthanc takes 0.6 s to compress 25 MB of pixels that it sends in 0.1 s as they are.
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=further_tries(settings)))
    return session


def is_loopback(url: str) -> bool:
    """Say whether an address can only be this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def time_outs(settings: PacsSettings) -> tuple[float, float]:
    """Return the time-outs of reads in seconds: for the connection, for the next bytes."""
    return settings.connect_timeout_s, settings.timeout_s
