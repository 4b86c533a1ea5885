"""GraphQL over HTTP, after the specification of September 2026 and its audits; docs/http.md tells it to clients.

request → media type → parameters → text of the document → Question → Answer → response
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graph.errors import BadInput, Forbidden, GuanxiError, UnknownDocument
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answer, Answerer, Question
from resolvers.document import is_mutation
from web.browser import graphiql
from web.forgery import REFUSED, could_be_forged
from web.negotiation import ANSWERS, HTML, JSON, is_json, negotiate
from web.parameters import Parameters, parameters_of_body, parameters_of_url, with_headers
from web.persisted import PersistedQueries, text_of
from web.responses import Refusal, refusal, respond

# Each method with what it may be answered with: a page is for a browser that opens the address.
_OFFERS = {"GET": (*ANSWERS, HTML), "HEAD": (*ANSWERS, HTML), "POST": ANSWERS}
# Longer ones do not survive the proxies on the way either.
_URL_LIMIT = 32_000
_ALLOW = {"allow": ", ".join(_OFFERS)}


class GraphQLEndpoint:
    """Answers /graphql, as an ASGI application. `answerer` and `trusted` are asked anew for each request."""

    def __init__(
        self, answerer: Callable[[], Answerer], trusted: Callable[[], Mapping[str, str]], body_limit: int
    ) -> None:
        self._answerer, self._trusted, self._body_limit = answerer, trusted, body_limit
        self._persisted = PersistedQueries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._response(Request(scope, receive))
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        media_type = negotiate(request.headers.get("accept"), _OFFERS.get(request.method, ANSWERS))
        if media_type == HTML:
            return await graphiql(request)
        try:
            if request.method not in _OFFERS:
                raise Refusal(405, BadInput("Ask by GET or by POST."), _ALLOW)
            if media_type is None:
                raise Refusal(406, BadInput(f"Accept one of {', '.join(ANSWERS)}, in UTF-8."))
            parameters = with_headers(await self._parameters(request), request.headers)
            answer = await self._answer(request, parameters)
        except Refusal as refused:
            error = refused.error
            return refusal(refused.status, error.code, error.message, refused.headers, media_type or JSON)
        except BadInput as error:
            return refusal(400, error.code, error.message, media_type=media_type or JSON)
        return await respond(request, answer, media_type)

    async def _parameters(self, request: Request) -> Parameters:
        """What the request says. Raises `Refusal`, or `BadInput` if it is not well formed."""
        if request.method != "POST":
            if could_be_forged(request.headers):
                raise Refusal(403, Forbidden(REFUSED))
            query_string = request.scope["query_string"]
            if len(query_string) > _URL_LIMIT:
                raise Refusal(414, BadInput(f"The URL is longer than {_URL_LIMIT} bytes; ask by POST."))
            return parameters_of_url(query_string)
        if not is_json(request.headers.get("content-type")):
            raise Refusal(415, BadInput("Send the request as application/json."))
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise Refusal(415, BadInput("Send the request uncompressed."), {"accept-encoding": "identity"})
        return parameters_of_body(await self._body(request))

    async def _body(self, request: Request) -> bytes:
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > self._body_limit:
            raise self._too_large()
        parts, size = [], 0
        try:
            async for part in request.stream():
                size += len(part)
                if size > self._body_limit:
                    raise self._too_large()
                parts.append(part)
        except ClientDisconnect:
            raise BadInput("The body ended early.") from None
        return b"".join(parts)

    def _too_large(self) -> Refusal:
        return Refusal(413, BadInput(f"The body is larger than {self._body_limit} bytes."), {"connection": "close"})

    async def _answer(self, request: Request, parameters: Parameters) -> Answer:
        try:
            text = text_of(parameters, self._trusted(), self._persisted)
        except UnknownDocument as error:
            return _refused(error)
        if request.method != "POST" and is_mutation(text, parameters.operation_name):
            raise Refusal(405, BadInput("Send a mutation by POST."), {"allow": "POST"})
        question = Question(
            text,
            parameters.operation_name,
            parameters.variables,
            wants_explanation=parameters.wants_explanation,
            key=parameters.key,
            bookmark=parameters.bookmark,
        )
        answer = await self._answerer().answer(question, ADMINISTRATOR)
        if parameters.hash and parameters.query and not answer.is_request_error:
            # What is not valid is not kept, or nonsense would drive out what others ask.
            self._persisted.keep(parameters.hash, text)
        return answer


def _refused(error: GuanxiError) -> Answer:
    return Answer(None, [{"message": error.message, "extensions": {"code": error.code}}], is_request_error=True)
