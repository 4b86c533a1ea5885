"""`guanxi token` and `guanxi invite`: for whoever runs the server, who may let anybody in anyway."""

from __future__ import annotations

from graph.accounts import find_account
from graph.database import Database
from graph.errors import BadInput
from web.security_events import record
from web.settings import Settings
from web.setup_desk import password_link
from web.sign_in import tokens_of
from web.sign_in_settings import ACCOUNTS


async def token_for(settings: Settings, database: Database, login: str) -> str:
    """A short-lived access token. Raises `BadInput` if nobody may sign in by that login."""
    user = await _user(database, login)
    tokens = await tokens_of(settings, database)
    record("token_printed", user=user)
    return tokens.issue(user, settings.token_minutes * 60)


async def invitation_for(settings: Settings, database: Database, login: str) -> str:
    """The address at which a user chooses a password."""
    if ACCOUNTS not in settings.ways:
        raise BadInput("Nobody signs in by a password here; set GUANXI_SIGN_IN=accounts.")
    user = await _user(database, login)
    record("invited", user=user)
    return await password_link(database, user, settings.public_url or f"http://{settings.host}:{settings.port}")


async def _user(database: Database, login: str) -> str:
    account = await find_account(database, login)
    if account is None or not account.is_active:
        raise BadInput(f'There is no user who may sign in with the login "{login}".')
    return account.user
