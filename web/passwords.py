"""Passwords: which may be chosen, and whether one is right. Knows nothing of whose they are.

Argon2 takes much memory and time on purpose, so that only some are computed at a time, and only some wait.
"""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from graph.errors import BadInput, Unavailable

P = ParamSpec("P")
T = TypeVar("T")

SHORTEST = 12
LONGEST = 256
# Fewer different characters than this are a key that somebody held down.
_DIFFERENT = 5

# Each takes 64 MB and some 50 ms of a core.
_AT_ONCE = 2
_WAITING = 64

# Of the passwords that are tried first everywhere, those that are long enough.
_COMMON = frozenset(
    """
    passwordpassword password1234 password12345 password123456 passw0rd1234 password123! 123456789012 1234567890123
    12345678901234 123456789012345 1234567890123456 012345678901 0123456789012 123456123456 123123123123 123412341234
    qwertyuiopas qwertyuiop123 qwertyuiop[] qwerty123456 qwerty1234567 qwertyuiopasdf 1qaz2wsx3edc 1q2w3e4r5t6y
    1q2w3e4r5t6y7u zxcvbnm12345 asdfghjkl123 asdfghjklzxcv abcdefghijkl abcdefghijklm abcd12345678 abc123456789
    iloveyou1234 iloveyou12345 woaini1314520 woaini5201314 5201314520131 administrator administrator1 admin1234567
    adminadminadmin letmeinletmein welcome12345 welcome123456 changeme1234 changemechangeme trustno1trustno1
    correcthorsebatterystaple monkey123456 dragon123456 football1234 baseball1234 superman1234 guanxiguanxi guanxi123456
""".split()
)


class Passwords:
    """Computes and compares hashes, beside the event loop and not too many at once."""

    def __init__(self, hasher: PasswordHash | None = None) -> None:
        self._hasher = hasher or PasswordHash((Argon2Hasher(),))
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        # What a password is compared with if there is no account: nobody knows a password that fits.
        self._nobody = self._hasher.hash(secrets.token_urlsafe(32))

    async def hashed(self, password: str) -> str:
        return await self._run(self._hash, password)

    async def verified(self, password: str, hash: str | None) -> tuple[bool, str | None]:
        """Whether a password fits a hash, and its hash of today if that one was made by weaker rules.

        Without a hash it takes as long, and it does not fit.
        """
        return await self._run(self._verify, password, hash)

    def _hash(self, password: str) -> str:
        return self._hasher.hash(normal(password))

    def _verify(self, password: str, hash: str | None) -> tuple[bool, str | None]:
        # Argon2 reads every byte of it, so that a password of a megabyte is none.
        given = normal(password)[:LONGEST]
        fits, renewed = self._hasher.verify_and_update(given, hash or self._nobody)
        is_right = fits and hash is not None and len(password) <= LONGEST
        return is_right, renewed if is_right else None

    async def _run(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        if self._waiting >= _WAITING:
            raise Unavailable("Too many people sign in at this moment; try again.")
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work, *arguments, **named)
        finally:
            self._waiting -= 1


def normal(password: str) -> str:
    """A password as it is hashed: however a keyboard puts é or a full-width letter together, it is the same (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, login: str) -> None:
    """Raises `BadInput` with the reason why a password may not be chosen. It is never in the reason."""
    given = normal(password)
    folded = given.casefold()
    if len(given) < SHORTEST:
        raise BadInput(
            f"The password needs {SHORTEST} characters or more; a few words that do not belong together do well."
        )
    if len(password) > LONGEST or len(given) > LONGEST:
        raise BadInput(f"The password may have {LONGEST} characters at most.")
    names = {login.casefold(), login.casefold().split("@")[0]}
    if any(_repeats(folded, each) for each in names):
        raise BadInput("The password may not be your login.")
    if folded in _COMMON or len(set(folded)) < _DIFFERENT:
        raise BadInput("The password is one of those that are tried first; take another one.")


def _repeats(text: str, part: str) -> bool:
    """Whether a text is nothing but a part, once or several times, with digits behind at most."""
    return bool(part) and not text.replace(part, "").strip("0123456789!.-_@")
