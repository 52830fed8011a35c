"""A small OpenID Connect issuer of the tests' own; it answers as Keycloak does, and its keys can change."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "fluoro-api"
CLIENT = "fluoro-viewer"
ISSUER = "https://sso.test/realms/imaging"


@cache
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    """Return one of some RSA keys; making one takes a while, so all tests share them."""
    del number
    return rsa.generate_private_key(65537, 2048)


@dataclass
class SmallIssuer:
    """An issuer with people; `token` signs as it would, or as somebody who forges would."""

    url: str = ISSUER
    signing: int = 1
    """The number of the RSA key that signs; its `kid` is `key-NUMBER`."""
    published: list[int] = field(default_factory=lambda: [1])
    roles: tuple[str, ...] = ("annotator",)
    name: str = "ada"
    secret: str | None = None
    n_key_questions: int = 0
    is_silent: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    identity: dict[str, Any] = field(default_factory=dict)
    access: dict[str, Any] = field(default_factory=dict)
    """Claims that differ in the tokens that a code is exchanged for."""
    elliptic: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def claims(self, **other: Any) -> dict[str, Any]:
        """Return what an access token says; None takes a claim away."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": f"id-of-{self.name}",
            "iat": now,
            "exp": now + 300,
            "typ": "Bearer",
            "preferred_username": self.name,
            "realm_access": {"roles": ["offline_access", *self.roles]},
        }
        return {name: value for name, value in (claims | other).items() if value is not None}

    def token(self, algorithm: str = "RS256", **other: Any) -> str:
        """Return a signed access token; `other` are claims that differ."""
        key: Any = self.elliptic if algorithm == "ES256" else rsa_key(self.signing)
        kid = "elliptic" if algorithm == "ES256" else f"key-{self.signing}"
        return jwt.encode(self.claims(**other), key, algorithm, headers={"kid": kid})

    def key_set(self) -> dict[str, Any]:
        """Return the public keys."""
        listed = [
            {
                **json.loads(RSAAlgorithm.to_jwk(rsa_key(number).public_key())),
                "kid": f"key-{number}",
                "use": "sig",
            }
            for number in self.published
        ]
        curve = {
            **json.loads(ECAlgorithm.to_jwk(self.elliptic.public_key())),
            "kid": "elliptic",
            "alg": "ES256",
        }
        encrypting = {**listed[0], "kid": "enc", "use": "enc"}
        return {"keys": [*listed, curve, encrypting, {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"}]}

    def answer(self, path: str, form: dict[str, str], authorization: str = "") -> tuple[int, dict[str, Any]]:
        """Return the status and the JSON of an answer."""
        if path.endswith("/.well-known/openid-configuration"):
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/auth",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/certs",
            }
        if path.endswith("/certs"):
            self.n_key_questions += 1
            return 200, self.key_set()
        if path.endswith("/token"):
            return self._exchange(form, authorization)
        return 404, {}

    def sign_in(self, address: str, **other: str) -> str:
        """Return where the browser of somebody who signed in is sent to, from the address that we gave it."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        said = {"code": code, "state": asked["state"], "iss": self.url} | other
        return f"{asked['redirect_uri']}?{urlencode(said)}"

    def _exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        wanted = base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode() if self.secret else ""
        if (
            asked is None
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
            or authorization.removeprefix("Basic ") != wanted
        ):
            return 400, {"error": "invalid_grant"}
        own = {"aud": CLIENT, "typ": "ID", "nonce": asked["nonce"], "realm_access": None}
        identity, access = self.token(**own | self.identity), self.token(**self.access)
        return 200, {"id_token": identity, "access_token": access, "token_type": "Bearer"}

    def transport(self) -> httpx.MockTransport:
        """Return what carries requests to it without a network."""

        def handle(request: httpx.Request) -> httpx.Response:
            if self.is_silent:
                raise httpx.ConnectError("silent")
            form = dict(parse_qsl(request.content.decode()))
            status, said = self.answer(request.url.path, form, request.headers.get("authorization", ""))
            return httpx.Response(status, json=said)

        return httpx.MockTransport(handle)


@contextmanager
def served(issuer: SmallIssuer) -> Iterator[SmallIssuer]:
    """Let an issuer answer on a loopback port, and know itself by that address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(*issuer.answer(urlsplit(self.path).path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            said = issuer.answer(self.path, dict(parse_qsl(body)), self.headers.get("Authorization", ""))
            self._send(*said)

        def _send(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}/realms/imaging"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield issuer
    server.shutdown()
    thread.join(5)
