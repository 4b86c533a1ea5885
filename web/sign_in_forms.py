"""What browsers and programs send to the addresses of signing in: forms and small JSON objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from graph.errors import BadInput, Forbidden
from web import cookies
from web.incoming import Incoming
from web.negotiation import is_json
from web.responses import Refusal
from web.sign_in_words import language_of

# Nothing that is sent here is long.
_LARGEST = 20_000
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Sent:
    """What came with a request: fields of a form or of a JSON object, all of them texts, and about whom it came from."""

    fields: Mapping[str, str]
    headers: Mapping[str, str]
    is_form: bool
    is_secure: bool
    address: str | None
    host: str
    language: str

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


async def sent(request: Request, public_url: str | None) -> Sent:
    """Read a request. Raises `Refusal`, also for a POST that the page of a stranger has made a browser send."""
    incoming = Incoming(request.scope, request.receive)
    fields: Mapping[str, str] = dict(request.query_params)
    is_form = True
    if request.method == "POST":
        if not cookies.is_own_page(incoming.headers, public_url):
            raise Refusal(403, Forbidden("This came from a page of another origin."))
        content_type = incoming.headers.get("content-type", "")
        body = await incoming.body(_LARGEST)
        if body is None:
            raise Refusal(413, BadInput(f"The body is larger than {_LARGEST} bytes."), {"connection": "close"})
        if is_json(content_type):
            is_form, fields = False, _json(body)
        elif content_type.split(";")[0].strip().lower() == _FORM:
            fields = _form(body)
        elif body:
            raise Refusal(415, BadInput(f"Send application/json or {_FORM}."))
        else:
            fields = {}
    return Sent(
        fields,
        incoming.headers,
        is_form,
        request.url.scheme == "https" or (public_url or "").startswith("https:"),
        request.client.host if request.client else None,
        incoming.headers.get("host", ""),
        language_of(
            fields.get("lang") or request.query_params.get("lang"), incoming.headers.get("accept-language", "")
        ),
    )


def _json(body: bytes) -> Mapping[str, str]:
    try:
        found = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        raise Refusal(400, BadInput("The body is no JSON.")) from None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise Refusal(400, BadInput("The body must be an object of texts."))
    return found


def _form(body: bytes) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict"))
    except (ValueError, UnicodeDecodeError):
        raise Refusal(400, BadInput("The body is no form.")) from None


def safe_path(given: str) -> str:
    """Where to go on after signing in: a path of this server, whatever a link says."""
    is_path = (
        given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable() and "\\" not in given
    )
    return given if is_path and len(given) <= 2_000 else "/"
