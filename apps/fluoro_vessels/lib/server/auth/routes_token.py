"""MONAI Label's contract for signing in, and who one is."""

from typing import Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from lib.access.person import SignedInBy
from lib.server.auth.access import Access
from lib.server.auth.form import small_form
from lib.server.auth.identify import address_of
from lib.server.auth.known import person_of, remember

FORM: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {"username": {"type": "string"}, "password": {"type": "string"}},
                    "required": ["password"],
                }
            }
        },
    }
}


class AuthAnswer(BaseModel):
    """Whether people have to sign in; with the names that MONAI Label's clients know."""

    enabled: bool
    client_id: str | None = Field(description="Our name at the OIDC issuer")
    realm: str | None = Field(description="The OIDC issuer")


class TokenAnswer(BaseModel):
    """What to send as `Authorization: TYPE TOKEN` from now on; nulls where nobody signs in."""

    access_token: str | None
    token_type: str | None
    expires_in: int | None = Field(description="Seconds")


class MeAnswer(BaseModel):
    """Who asks."""

    name: str
    role: str | None = Field(description="viewer, annotator, reviewer or admin")
    is_signed_in: bool = Field(description="False where nobody has to, and the name is only said")
    by: SignedInBy


def token_router(access: Access) -> APIRouter:
    """Return `/auth/...` and `/fluoro/api/me`."""
    router = APIRouter()
    own = access.settings

    @router.get("/auth/", summary="Whether people have to sign in", tags=["Auth"])
    async def is_wanted() -> AuthAnswer:
        oidc = own.oidc
        return AuthAnswer(
            enabled=own.enabled,
            client_id=oidc.client_id if oidc else None,
            realm=oidc.issuer if oidc else None,
        )

    @router.post("/auth/token", summary="A token for an API key", tags=["Auth"], openapi_extra=FORM)
    async def token(request: Request) -> TokenAnswer:
        """Take an API key as `password`; the key says who it is, so `username` is not looked at."""
        if not own.enabled:
            return TokenAnswer(access_token=None, token_type=None, expires_in=None)
        form = await small_form(request)
        person = access.identifier.of_key(form.get("password", "").strip(), address_of(request.scope))
        remember(request.scope, person)
        given = await run_sync(access.sign_ins.begin, person)
        return TokenAnswer(access_token=given, token_type="Bearer", expires_in=access.sign_ins.seconds)

    @router.get("/auth/token/valid", summary="Who a token is about", tags=["Auth"])
    async def is_valid(request: Request) -> dict[str, Any]:
        person = person_of(request.scope)
        roles = [person.role.word] if person.role else []
        return {"username": person.name, "email": None, "name": person.name, "roles": roles}

    @router.get("/fluoro/api/me", summary="Who you are here, and what you may", tags=["Fluoro Vessels"])
    async def me(request: Request) -> MeAnswer:
        person = person_of(request.scope)
        return MeAnswer(
            name=person.name,
            role=person.role.word if person.role else None,
            is_signed_in=person.is_signed_in,
            by=person.by,
        )

    return router
