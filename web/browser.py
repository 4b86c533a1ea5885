"""The pages that a person opens: what runs here, and GraphiQL. Knows files and headers, and nothing of GraphQL."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from web.negotiation import accepts_gzip
from web.responses import json_response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from starlette.requests import Request

STATIC = Path(__file__).parent / "static"

# Only what has a media type here is served from the folder; the pages themselves have routes of their own.
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}

# The landing page never writes text as HTML, and the browser holds it to that.
LANDING_POLICY = POLICY | {"require-trusted-types-for": "'script'", "trusted-types": "'none'"}

# GraphiQL's style sheet carries its fonts as data. While a menu or a dialog is open GraphiQL adds one style element,
# always the same, which keeps the page behind it from scrolling: that text is allowed by its hash, and no other.
SCROLL_LOCK = "'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='"
GRAPHIQL_POLICY = POLICY | {"font-src": "'self' data:", "style-src": f"'self' {SCROLL_LOCK}"}

SAFETY = {
    "x-content-type-options": "nosniff",
    # Stricter than this, and some browsers call our own requests' origin "null".
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text for people, in the two languages of the pages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """Which Neo4j answers.

    `address` is host and port, and never has credentials; `edition` is the product as people call it, such as
    "Neo4j Community 5.26.12".
    """

    embedded: bool
    address: str
    edition: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of one node type there are; `title` is the type's name in the plural, as people read it."""

    label: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the landing page tells. While `ready` is false it asks again every other second."""

    version: str
    database: DatabaseFacts
    counts: Sequence[Count]
    ready: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A worked example, whose title is the question that it answers. The first three are the landing page's buttons.

    The operation should have a name: GraphiQL writes it on the tab.
    """

    title: Bilingual
    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)


def browser_routes(
    facts: Callable[[Request], Awaitable[Facts]], tabs: Callable[[Request], Awaitable[Sequence[Tab]]]
) -> list[BaseRoute]:
    """Everything that the pages need but the pages themselves, `landing` and `graphiql`, which are not for everybody."""

    async def facts_json(request: Request) -> Response:
        return json_response(asdict(await facts(request)), headers=SAFETY)

    async def tabs_json(request: Request) -> Response:
        return json_response([asdict(tab) for tab in await tabs(request)], headers=SAFETY)

    return [
        Route("/facts.json", facts_json),
        Route("/tabs.json", tabs_json),
        Route("/static/{path:path}", static),
        # Browsers ask for it by themselves beside whatever is no page, such as the answer of /readyz.
        Route("/favicon.ico", icon),
    ]


async def landing(request: Request) -> Response:
    return await page(request, "landing.html", LANDING_POLICY)


async def graphiql(request: Request) -> Response:
    """GraphiQL's page, for a GET of `/graphql` that accepts HTML."""
    return await page(request, "graphiql.html", GRAPHIQL_POLICY)


async def page(request: Request, name: str, policy: Mapping[str, str]) -> Response:
    joined = "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
    return await send(request, files()[name], {"content-security-policy": joined, "cache-control": "no-cache"})


async def static(request: Request) -> Response:
    path = request.path_params["path"]
    file = files().get(path)
    if file is None or path.endswith(".html"):
        return PlainTextResponse(f"There is no file static/{path}.\n", status_code=404, headers=SAFETY)
    # An address with the file's hash never means another file; any other is asked again, and answered without a body.
    lasting = request.query_params.get("hash") == file.hash
    caching = "public, max-age=31536000, immutable" if lasting else "no-cache"
    return await send(request, file, {"cache-control": caching})


async def icon(request: Request) -> Response:
    return await send(request, files()["icon.svg"], {"cache-control": "no-cache"})


async def send(request: Request, file: File, headers: Mapping[str, str]) -> Response:
    tag = f'W/"{file.hash}"'
    headers = {**SAFETY, **headers, "etag": tag, "vary": "accept, accept-encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if not accepts_gzip(request.headers.get("accept-encoding")):
        return Response(file.content, headers=headers, media_type=file.media_type)
    content = await asyncio.to_thread(compressed, file)
    return Response(content, headers=headers | {"content-encoding": "gzip"}, media_type=file.media_type)


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    media_type: str
    hash: str


@cache
def files() -> Mapping[str, File]:
    """The static folder, by path below it, read once; 4 MB, nearly all of it GraphiQL."""
    paths = (path for path in sorted(STATIC.rglob("*")) if path.suffix in MEDIA_TYPES)
    contents = {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in paths}
    pages = {name: stamped(content, contents) for name, content in contents.items() if name.endswith(".html")}
    return {
        name: File(content, MEDIA_TYPES[Path(name).suffix], digest(content))
        for name, content in (contents | pages).items()
    }


def stamped(html: bytes, contents: Mapping[str, bytes]) -> bytes:
    """The page with its libraries' hashes in their addresses, so that a browser fetches each of them once."""

    def with_hash(address: re.Match[bytes]) -> bytes:
        return b"%b?hash=%b" % (address[0], digest(contents[address[1].decode()]).encode())

    return re.sub(rb"(?<=\")static/(vendor/[^\"]+)", with_hash, html)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


@cache
def compressed(file: File) -> bytes:
    return gzip.compress(file.content, compresslevel=6, mtime=0)
