"""Looking through somebody else's eyes, where nobody has to sign in and the world is invented.

The built-in administrator may see everything anyway, so that nothing is given away; and a real firm's users are not offered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graph.accounts import Account, find_account
from graph.database import Database
from graph.demo.mark import read_mark
from graph.errors import BadInput, Unauthenticated
from graph.people import one_user_per_role
from graph.reader import ADMINISTRATOR, Reader
from resolvers.readers import Readers
from web.identity import BUILT_IN, Identity, Means
from web.remembered import Remembered

HEADER = "x-guanxi-view-as"


@dataclass(frozen=True)
class Role:
    """A role, and somebody who has it."""

    code: str
    name: str
    login: str
    user: str


class ViewAs:
    """The gate of a server where nobody has to sign in: whoever reaches it is its administrator, or whom it wants to be."""

    signs_in = False

    def __init__(self, database: Database, readers: Readers) -> None:
        self._database, self._readers = database, readers
        self._is_demo = Remembered(self._has_mark, 10.0)
        self._accounts = Remembered(self._account, 1.0)

    async def identity(self, headers: Mapping[str, str], *, is_secure: bool, changes: bool = True) -> Identity:
        login = headers.get(HEADER)
        if not login:
            return BUILT_IN
        if not await self._is_demo(None):
            raise BadInput("Only the demo world is looked at through the eyes of others; leave X-Guanxi-View-As out.")
        account = await self._accounts(login)
        if account is None or not account.is_active:
            raise BadInput("X-Guanxi-View-As names nobody who may sign in.")
        return Identity(account.user, Means.VIEW_AS)

    async def by_authorization(self, authorization: str) -> Identity:
        return BUILT_IN

    async def reader(self, identity: Identity) -> Reader:
        return ADMINISTRATOR if identity.user is None else await self._readers.find(identity.user)

    async def still(self, identities: Collection[Identity]) -> Mapping[Identity, Reader | None]:
        found: dict[Identity, Reader | None] = {}
        for each in identities:
            try:
                found[each] = await self.reader(each)
            except Unauthenticated:
                found[each] = None
        return found

    async def roles(self) -> list[Role]:
        """Through whose eyes one may look: somebody of each role."""
        if not await self._is_demo(None):
            return []
        return [Role(*row) for row in await one_user_per_role(self._database)]

    async def _has_mark(self, _: None) -> bool:
        return await read_mark(self._database) is not None

    async def _account(self, login: str) -> Account | None:
        return await find_account(self._database, login)
