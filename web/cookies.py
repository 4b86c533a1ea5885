"""The cookies of a browser that has signed in: only the server reads them, and only its own pages bring them.

Over TLS their names begin with `__Host-`, which browsers accept from this very host alone, for all of its paths: no
neighbour under the same domain can put one of its own in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import cookie_parser
from starlette.responses import Response

SESSION = "guanxi-session"
# What a sign-in at a provider has to remember until the browser is back.
FLOW = "guanxi-sign-in"


def read(headers: Mapping[str, str], name: str, *, is_secure: bool) -> str | None:
    """A cookie's value. Over TLS only one that can have come over TLS counts."""
    found = cookie_parser(headers.get("cookie", ""))
    return found.get(_full(name, is_secure)) or None


def write(response: Response, name: str, value: str, seconds: float, *, is_secure: bool) -> None:
    # Lax: a link in an e-mail opens the page for somebody who has signed in; a stranger's form brings no cookie.
    response.set_cookie(
        _full(name, is_secure), value, max_age=int(seconds), path="/", secure=is_secure, httponly=True, samesite="lax"
    )


def remove(response: Response, name: str, *, is_secure: bool) -> None:
    response.delete_cookie(_full(name, is_secure), path="/", secure=is_secure, httponly=True, samesite="lax")


def is_own_page(headers: Mapping[str, str], public_url: str | None, *, must_say: bool = False) -> bool:
    """Whether a request comes from a page of this very server: its cookies reach other ports of its host as well.

    Programs do not say where they come from, and hold no cookie that somebody else could make them send. `must_say` is for
    WebSockets, which every browser says it of, and for which it asks no leave beforehand.
    """
    if origin := headers.get("origin"):
        own = urlsplit(public_url) if public_url else None
        said = urlsplit(origin)
        return said.netloc == headers.get("host") or (
            own is not None and (said.scheme, said.netloc) == (own.scheme, own.netloc)
        )
    if site := headers.get("sec-fetch-site"):
        return site in ("same-origin", "none") and not must_say
    return not must_say


def _full(name: str, is_secure: bool) -> str:
    return f"__Host-{name}" if is_secure else name
