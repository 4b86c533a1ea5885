"""Choosing passwords: the first administrator's by the link that the server prints, anybody's by a link, and one's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from graph import one_time_links
from graph.accounts import account_of, has_administrator
from graph.database import Database
from graph.errors import BadInput, Failed, GuanxiError, RateLimited, Unauthenticated
from graph.one_time_links import FIRST_ADMINISTRATOR
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.question import Question
from web.accounts import Accounts
from web.identity import Means
from web.passwords import check_password
from web.security_events import record
from web.sign_in_desk import STATUS, Desk, problem_of
from web.sign_in_forms import Sent
from web.sign_in_pages import Input, Page, shown
from web.sign_in_settings import OIDC, SignInSettings

# How long the links are good, in seconds.
LASTS = 24 * 3_600

_FIRST = """mutation FirstAdministrator($login: String!, $name: String!) {
  upsertUser(
    key: {login: $login}
    input: {name: $name, active: true, roles: {connect: [{code: "administrator"}]}}
  ) { user { id } errors { message } }
}"""

_PASSWORD = Input("password", "newPassword", "new-password", is_secret=True, hint="passwordHint")
_REPEAT = Input("repeat", "repeat", "new-password", is_secret=True)


async def setup_link(database: Database, settings: SignInSettings, base: str) -> str | None:
    """The address at which the first administrator may sign up; None if somebody can sign in as one already."""
    if await has_administrator(database, with_password=OIDC not in settings.ways):
        return None
    token = await one_time_links.offer(database, FIRST_ADMINISTRATOR, LASTS)
    return f"{base.rstrip('/')}/setup?token={token}"


async def password_link(database: Database, user: str, base: str) -> str:
    """The address at which a user may choose a password; earlier ones are void."""
    token = await one_time_links.offer(database, user, LASTS, replaces=True)
    return f"{base.rstrip('/')}/password?token={token}"


@dataclass(frozen=True)
class SetupDesk:
    """Lets people choose passwords. `answerer` is asked anew for each request."""

    desk: Desk
    accounts: Accounts
    answerer: Callable[[], Answerer]

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/setup", self.desk.endpoint(self.show_setup), methods=["GET"]),
            Route("/setup", self.desk.endpoint(self.set_up), methods=["POST"]),
            Route("/password", self.desk.endpoint(self.show_password), methods=["GET"]),
            Route("/password", self.desk.endpoint(self.change), methods=["POST"]),
        ]

    # --- the first administrator ---------------------------------------------------------------------------------------

    async def show_setup(self, sent: Sent) -> Response:
        return await self._if_good(sent, lambda: self._setup_page(sent))

    async def set_up(self, sent: Sent) -> Response:
        page = self._setup_page(sent)
        login, name = sent["login"].strip(), sent["name"].strip()
        if (problem := _wrong(sent, login)) or not name:
            return shown(page, sent.language, 400, problem or "missing")
        return await self._used(sent, page, lambda _: self._first(login, name, sent["password"]))

    async def _first(self, login: str, name: str, password: str) -> str:
        """Make the first administrator, unless there is one by now."""
        if await has_administrator(self.desk.database, with_password=OIDC not in self.desk.settings.ways):
            raise Unauthenticated("There is an administrator by now.")
        answer = await self.answerer().answer(Question(_FIRST, None, {"login": login, "name": name}), ADMINISTRATOR)
        payload = (answer.data or {}).get("upsertUser")
        if not payload or payload["errors"]:
            reasons = [each["message"] for each in (payload["errors"] if payload else answer.errors)]
            raise Failed(" ".join(reasons) or "The user could not be made.")
        user: str = payload["user"]["id"]
        await self._set(user, password)
        record("first_administrator", user=user)
        return user

    def _setup_page(self, sent: Sent) -> Page:
        inputs = (
            Input("name", "name", "name", value=sent["name"]),
            Input("login", "login", "username", value=sent["login"]),
            _PASSWORD,
            _REPEAT,
        )
        return Page("setUp", "/setup", inputs, "start", "setUpHint", {"token": sent["token"]})

    # --- passwords -----------------------------------------------------------------------------------------------------

    async def show_password(self, sent: Sent) -> Response:
        if sent["token"]:
            return await self._if_good(sent, lambda: self._password_page(sent))
        try:
            await self._own(sent, changes=False)
        except Unauthenticated:
            return RedirectResponse("/signin?next=/password", 303, {"cache-control": "no-store"})
        return shown(self._password_page(sent), sent.language)

    async def change(self, sent: Sent) -> Response:
        page = self._password_page(sent)
        if sent["token"]:
            account = await account_of(self.desk.database, sent["token"].partition(".")[0])
            if problem := _wrong(sent, account.login if account else "?"):
                return shown(page, sent.language, 400, problem)
            return await self._used(sent, page, lambda user: self._set(user, sent["password"]))
        user, session = await self._own(sent)
        account = await account_of(self.desk.database, user)
        if problem := _wrong(sent, account.login if account else "?"):
            return shown(page, sent.language, 400, problem)
        try:
            await self.accounts.change(user, sent["current"], sent["password"], sent.address, session)
        except GuanxiError as error:
            status, (problem, values) = STATUS.get(error.code, 400), problem_of(error)
            return shown(page, sent.language, status, problem, values=values)
        return shown(Page("change", "/password", link=("goOn", "/")), sent.language, told="done")

    async def _own(self, sent: Sent, *, changes: bool = True) -> tuple[str, str]:
        """Who has signed in to change its own password, and in which session."""
        identity = await self.desk.gate.identity(sent.headers, is_secure=sent.is_secure, changes=changes)
        if identity.means is not Means.SESSION or identity.user is None or identity.proof is None:
            raise Unauthenticated("Sign in by a browser to change your password.")
        return identity.user, identity.proof

    async def _set(self, user: str, password: str) -> str:
        account = await account_of(self.desk.database, user)
        if account is None:
            raise Unauthenticated("There is no such user any more.")
        await self.accounts.set(account, password)
        return user

    def _password_page(self, sent: Sent) -> Page:
        if sent["token"]:
            return Page("choose", "/password", (_PASSWORD, _REPEAT), "save", hidden={"token": sent["token"]})
        current = Input("current", "currentPassword", "current-password", is_secret=True)
        return Page("change", "/password", (current, _PASSWORD, _REPEAT), "save")

    # --- links ---------------------------------------------------------------------------------------------------------

    async def _if_good(self, sent: Sent, page: Callable[[], Page]) -> Response:
        if await one_time_links.is_good(self.desk.database, sent["token"]):
            return shown(page(), sent.language)
        return _over(sent)

    async def _used(self, sent: Sent, page: Page, use: Callable[[str], Awaitable[str]]) -> Response:
        """Use a link for what it is good for, and sign its user in; a use that comes to nothing does not count."""
        database = self.desk.database
        subject = await one_time_links.take(database, sent["token"])
        if subject is None or (subject == FIRST_ADMINISTRATOR) != (page.address == "/setup"):
            if subject is not None:
                await one_time_links.give_back(database, subject)
            record("one_time_link_refused", refused=True, address=sent.address)
            return _over(sent)
        try:
            user = await use(subject)
        except Unauthenticated:
            await one_time_links.close(database, subject)
            return _over(sent)
        except (BadInput, Failed, RateLimited) as error:
            await one_time_links.give_back(database, subject)
            return shown(page, sent.language, 400, "refused", values={"reason": error.message})
        await one_time_links.close(database, subject)
        return await self.desk.browser_session(user, "link", sent, "/")


def _wrong(sent: Sent, login: str) -> str:
    """The word for what is wrong with a chosen password."""
    if not login or not sent["password"]:
        return "missing"
    if sent["password"] != sent["repeat"]:
        return "differ"
    try:
        check_password(sent["password"], login)
    except BadInput:
        return "badPassword"
    return ""


def _over(sent: Sent) -> Response:
    return shown(Page("signIn", "/signin", link=("signIn", "/signin")), sent.language, 403, "linkOver")
