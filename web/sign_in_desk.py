"""The addresses of signing in: sessions of browsers, tokens of programs, and the provider.

POST /signin            a form: a browser's session        JSON: an access token, and one to refresh it with
POST /token/refresh     a refresh token for the next one, and an access token
POST /signout           the session that asks, or that of a refresh token, ends
GET  /signin/provider   to the provider, and back to /signin/callback
"""

from __future__ import annotations

import hmac
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from graph.accounts import find_account
from graph.database import Database
from graph.errors import BadInput, Forbidden, GuanxiError, RateLimited, Unauthenticated, Unavailable
from graph.sessions import BROWSER, TOKEN, Begun, begin, revoke, rotate, split
from graph.standing import standing
from resolvers.told import refusal as told
from web import cookies
from web.accounts import Accounts
from web.identity import Means
from web.oidc_flow import LASTS, CodeFlow
from web.responses import Refusal, json_response, refusal
from web.security_events import record
from web.settings import Settings
from web.sign_in_forms import Sent, safe_path, sent
from web.sign_in_gate import SignInGate
from web.sign_in_pages import Input, Page, shown
from web.tokens import Tokens

STATUS = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403, "RATE_LIMITED": 429, "UNAVAILABLE": 503, "TIMEOUT": 504}
CHALLENGE = {"www-authenticate": 'Bearer realm="guanxi"'}

Answer = Callable[[Sent], Awaitable[Response]]


@dataclass(frozen=True)
class Desk:
    """Signs people and programs in and out. Without accounts or without a provider, that way is not there."""

    database: Database
    settings: Settings
    tokens: Tokens
    gate: SignInGate
    accounts: Accounts | None
    flow: CodeFlow | None

    def routes(self) -> list[BaseRoute]:
        routes: list[BaseRoute] = [
            Route("/signin", self.endpoint(self.show), methods=["GET"]),
            Route("/signout", self.endpoint(self.sign_out), methods=["POST"]),
            Route("/token/refresh", self.endpoint(self.refresh), methods=["POST"]),
        ]
        if self.accounts:
            routes.append(Route("/signin", self.endpoint(self.sign_in), methods=["POST"]))
        if self.flow:
            routes.append(Route("/signin/provider", self.endpoint(self.to_provider), methods=["GET"]))
            routes.append(Route("/signin/callback", self.endpoint(self.from_provider), methods=["GET"]))
        return routes

    def endpoint(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that answers what was sent; programs are told errors in the form of GraphQL's."""

        async def answered(request: Request) -> Response:
            try:
                return await answer(await sent(request, self.settings.public_url))
            except Refusal as refused:
                return refusal(refused.status, refused.error.code, refused.error.message, refused.headers)
            except GuanxiError as error:
                return json_response({"errors": [told(error)]}, STATUS.get(error.code, 400), headers=_waiting(error))

        return answered

    # --- browsers ------------------------------------------------------------------------------------------------------

    async def show(self, sent: Sent) -> Response:
        return shown(self.page(sent), sent.language)

    def page(self, sent: Sent) -> Page:
        go_on = safe_path(sent["next"])
        provider = f"/signin/provider?{urlencode({'next': go_on})}" if self.flow else None
        inputs = (
            Input("login", "login", "username", value=sent["login"]),
            Input("password", "password", "current-password", is_secret=True),
        )
        return Page(
            "signIn", "/signin", inputs if self.accounts else (), "signIn", hidden={"next": go_on},
            link=("provider", provider) if provider else None,
        )  # fmt: skip

    async def sign_in(self, sent: Sent) -> Response:
        assert self.accounts
        if not sent.is_form:
            account = await self.accounts.check(sent["login"], sent["password"], sent.address)
            begun = await self.begun(account.user, TOKEN, "accounts", sent)
            return self._tokens(account.user, begun.id, begun.token, begun.expires)
        try:
            account = await self.accounts.check(sent["login"], sent["password"], sent.address)
        except GuanxiError as error:
            status, (problem, values) = STATUS.get(error.code, 400), problem_of(error)
            return shown(self.page(sent), sent.language, status, problem, values=values)
        return await self.browser_session(account.user, "accounts", sent, safe_path(sent["next"]))

    async def browser_session(self, user: str, by: str, sent: Sent, go_on: str) -> Response:
        """A new session, in a cookie; the one that the browser had before ends, so that nobody can have prepared it."""
        before = cookies.read(sent.headers, cookies.SESSION, is_secure=sent.is_secure)
        if before:
            await self._end(before)
        begun = await self.begun(user, BROWSER, by, sent)
        response = RedirectResponse(go_on, 303, {"cache-control": "no-store"})
        seconds = self.settings.session_hours * 3_600
        cookies.write(response, cookies.SESSION, begun.token, seconds, is_secure=sent.is_secure)
        return response

    async def to_provider(self, sent: Sent) -> Response:
        assert self.flow
        begun = await self.flow.begin(self._callback(sent), safe_path(sent["next"]))
        response = RedirectResponse(begun.url, 303, {"cache-control": "no-store"})
        cookies.write(response, cookies.FLOW, begun.cookie, LASTS, is_secure=sent.is_secure)
        return response

    async def from_provider(self, sent: Sent) -> Response:
        assert self.flow
        cookie = cookies.read(sent.headers, cookies.FLOW, is_secure=sent.is_secure) or ""
        problem, status = "failed", 401
        try:
            login, go_on = await self.flow.finish(cookie, sent.fields, self._callback(sent))
            account = await find_account(self.database, login, exactly=self.settings.oidc_claim != "email")
            if account and account.is_active:
                response = await self.browser_session(account.user, "oidc", sent, safe_path(go_on))
                cookies.remove(response, cookies.FLOW, is_secure=sent.is_secure)
                return response
            problem, status = "unknown", 403
            record("unknown_user_refused", refused=True, means=Means.PROVIDER.value, address=sent.address)
        except Unavailable:
            problem, status = "away", 503
        except Unauthenticated as error:
            record("provider_sign_in_refused", refused=True, reason=error.message, address=sent.address)
        page = Page("signIn", "/signin", link=("again", "/signin"))
        response = shown(page, sent.language, status, problem)
        cookies.remove(response, cookies.FLOW, is_secure=sent.is_secure)
        return response

    def _callback(self, sent: Sent) -> str:
        scheme = "https" if sent.is_secure else "http"
        base = self.settings.public_url or f"{scheme}://{sent.host}"
        return f"{base.rstrip('/')}/signin/callback"

    # --- programs ------------------------------------------------------------------------------------------------------

    async def refresh(self, sent: Sent) -> Response:
        rotated = await rotate(self.database, sent["refreshToken"])
        if rotated is None:
            raise Unauthenticated("The refresh token is not, or no longer, good here; sign in again.")
        id_, _ = split(sent["refreshToken"])
        if rotated.token is None:
            self.gate.forget(id_)
            record("refresh_token_reused", refused=True, user=rotated.user, address=sent.address)
            raise Unauthenticated("The refresh token was used before, so its session has been ended; sign in again.")
        return self._tokens(rotated.user, id_, rotated.token, rotated.expires)

    async def sign_out(self, sent: Sent) -> Response:
        if sent["refreshToken"]:
            await self._end(sent["refreshToken"])
        elif "authorization" in sent.headers:
            identity = await self.gate.by_authorization(sent.headers["authorization"])
            if identity.means is not Means.TOKEN or identity.proof is None:
                raise BadInput("What you have shown is no session that could end.")
            await self._revoke(identity.proof)
        elif cookie := cookies.read(sent.headers, cookies.SESSION, is_secure=sent.is_secure):
            await self._end(cookie)
        is_page = sent.is_form and "text/html" in sent.headers.get("accept", "")
        response = RedirectResponse("/signin", 303) if is_page else Response(status_code=204)
        response.headers["cache-control"] = "no-store"
        cookies.remove(response, cookies.SESSION, is_secure=sent.is_secure)
        return response

    def _tokens(self, user: str, session: str, refresh: str, expires: int) -> Response:
        left = expires - time.time()
        seconds = int(min(self.settings.token_minutes * 60, max(left, 1)))
        return json_response({
            "accessToken": self.tokens.issue(user, seconds, session), "tokenType": "Bearer", "expiresIn": seconds,
            "refreshToken": refresh, "refreshExpiresIn": max(int(left), 0),
        })  # fmt: skip

    # --- both ----------------------------------------------------------------------------------------------------------

    async def begun(self, user: str, kind: str, by: str, sent: Sent) -> Begun:
        hours = self.settings.session_hours if kind == BROWSER else self.settings.refresh_days * 24
        idle = self.settings.session_idle_hours * 3_600 if kind == BROWSER else None
        begun = await begin(self.database, user, kind, hours * 3_600, by, idle=idle)
        record("signed_in", user=user, by=by, kind=kind.lower(), address=sent.address)
        return begun

    async def _end(self, token: str) -> None:
        """End the session that a cookie or a refresh token is of, if it is."""
        id_, secret = split(token)
        session = (await standing(self.database, sessions=[id_])).sessions.get(id_)
        if session and hmac.compare_digest(session.secret, secret):
            await self._revoke(id_)

    async def _revoke(self, session: str) -> None:
        user = await revoke(self.database, session)
        self.gate.forget(session)
        if user:
            record("signed_out", user=user)


def problem_of(error: GuanxiError) -> tuple[str, dict[str, str | int]]:
    """What a page says of an error: the word, and what belongs in it."""
    match error:
        case RateLimited():
            return "wait", {"seconds": math.ceil(error.after)}
        case Unauthenticated():
            return "wrong", {}
        case Forbidden():
            return "stranger", {}
        case Unavailable():
            return "away", {}
        case BadInput():
            return "missing", {}
    return "refused", {"reason": error.message}


def _waiting(error: GuanxiError) -> dict[str, str]:
    if isinstance(error, RateLimited):
        return {"retry-after": str(math.ceil(error.after))}
    return dict(CHALLENGE) if isinstance(error, Unauthenticated) else {}
