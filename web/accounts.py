"""Local accounts: signing in by a login and a password, and changing the password.

A wrong password, a user who may not sign in, a user without a password and no user at all are one answer, which takes
the same work: each is counted, then one hash is verified.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math

from graph.accounts import Account, account_of, find_account, renew_hash, set_password
from graph.database import Database
from graph.errors import BadInput, RateLimited, Unauthenticated
from graph.throttle import Limit, attempt, succeed
from web.passwords import LONGEST, Passwords, check_password
from web.security_events import record

# How many attempts at one account, and from one address, may fail before each further one has to wait.
OF_ACCOUNT, OF_ADDRESS = 5, 20
_LONGEST_LOGIN = 320

WRONG = "The login or the password is wrong."


class Accounts:
    """The accounts of one database. `secret` is the server's, for telling accounts and addresses apart."""

    def __init__(self, database: Database, passwords: Passwords, secret: str) -> None:
        self._database, self._passwords, self._secret = database, passwords, secret.encode()

    async def check(self, login: str, password: str, address: str | None) -> Account:
        """The account that a login and a password are of. Raises `Unauthenticated`, or `RateLimited`."""
        login = login.strip()
        if not 0 < len(login) <= _LONGEST_LOGIN or not 0 < len(password) <= 4 * LONGEST:
            raise BadInput("A login and a password are needed.")
        account_limit, limits = self._limits(login, address)
        wait = await attempt(self._database, limits)
        if wait > 0:
            record("sign_in_locked_out", refused=True, address=address, seconds=math.ceil(wait))
            raise RateLimited(f"Too many attempts failed; wait {math.ceil(wait)} s before the next.", wait)
        account = await find_account(self._database, login)
        known = account.password_hash if account and account.is_active else None
        is_right, renewed = await self._passwords.verified(password, known)
        if account is None or not is_right:
            record("sign_in_refused", refused=True, user=account.user if account else None, address=address)
            raise Unauthenticated(WRONG)
        await succeed(self._database, limits, cleared=[account_limit])
        if known and renewed:
            # Only now is the password at hand to be hashed as passwords are by now.
            await renew_hash(self._database, account.user, known, renewed)
        return account

    async def change(self, user: str, current: str, new: str, address: str | None, session: str = "") -> None:
        """Change somebody's own password, and end all of its sessions but this one."""
        account = await account_of(self._database, user)
        if account is None or account.password_hash is None:
            raise BadInput("You have no password here to change.")
        await self.check(account.login, current, address)
        await self.set(account, new, session)

    async def set(self, account: Account, new: str, session: str = "") -> None:
        """Give an account a password. Raises `BadInput` for one that may not be chosen."""
        check_password(new, account.login)
        if not await set_password(self._database, account.user, await self._passwords.hashed(new), but=session):
            raise BadInput("There is no such user any more.")
        record("password_set", user=account.user)

    def _limits(self, login: str, address: str | None) -> tuple[Limit, list[Limit]]:
        """The limit of the account, and all: it is not written down who could not sign in from where, only its hash."""
        account = Limit(self._key("account", login.casefold()), OF_ACCOUNT)
        if address is None:
            return account, [account]
        return account, [account, Limit(self._key("address", _network(address)), OF_ADDRESS)]

    def _key(self, kind: str, value: str) -> str:
        return hmac.new(self._secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """What one client can choose its addresses from: one address of IPv4, 64 bits of one of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
