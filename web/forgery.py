"""Requests that a stranger's page could make a browser send (cross-site request forgery).

A page may send a GET or a form anywhere without asking; for anything else the browser first asks the server by a
preflight, which we never grant. A POST is never such a simple request, since it must be `application/json`. A GET is, and
though nobody but us reads its answer, how long it took can be measured, and it costs the database something.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

# No page can send one of these to another origin without a preflight.
PREFLIGHTED = ("graphql-require-preflight", "apollo-require-preflight", "x-apollo-operation-name", "x-requested-with")
_SIMPLE_TYPES = ("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data")

REFUSED = (
    "A page of another origin could have made the browser send this. Send the header GraphQL-Require-Preflight: 1, "
    "or ask by POST."
)


def could_be_forged(headers: Mapping[str, str]) -> bool:
    """Whether a GET may come from a page of another origin. Its Host and Origin have been checked already."""
    if any(name in headers for name in PREFLIGHTED):
        return False
    # A media type that no form has takes a preflight too; Apollo Client sends one even without a body.
    if headers.get("content-type", "").split(";")[0].strip().lower() not in _SIMPLE_TYPES:
        return False
    if "origin" in headers:
        return False
    # Browsers tell to https and to loopback where a request comes from, and no page can say it for them.
    if site := headers.get("sec-fetch-site"):
        return site not in ("same-origin", "none")
    if referer := headers.get("referer"):
        return urlsplit(referer).netloc != headers.get("host")
    # Whatever else looks like a browser is one that does not tell; other programs are not led by pages.
    return headers.get("user-agent", "").startswith("Mozilla/")
