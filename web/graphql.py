"""GraphQL over HTTP, after the specification of September 2026 and its audits; docs/http.md tells it to clients.

request → media type → parameters → text of the document → Question → Answer → response
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.errors import BadInput, Forbidden, GuanxiError, UnknownDocument
from graph.reader import Reader
from resolvers.answer import Answer, Answerer, refused
from resolvers.document import is_mutation
from resolvers.question import Question
from resolvers.request import InvalidRequest
from resolvers.subscriptions import Subscriptions
from web.asking import Asker, Asking
from web.browser import graphiql
from web.callers import caller_of
from web.connections import Connections
from web.entrance import Entrance
from web.events import EVENTS, EventStream
from web.forgery import REFUSED, could_be_forged
from web.incoming import Incoming
from web.negotiation import ANSWERS, GRAPHQL, HTML, JSON, is_json, negotiate
from web.parameters import Parameters, checked_parameters, parameters_of_body, parameters_of_url, with_headers
from web.persisted import PersistedQueries, text_of
from web.records import request_id
from web.responses import Refusal, refusal, respond

# Each method with what it may be answered with: a page is for a browser that opens the address.
_OFFERS = {"GET": (*ANSWERS, HTML, EVENTS), "HEAD": (*ANSWERS, HTML), "POST": (*ANSWERS, EVENTS)}
# Longer ones do not survive the proxies on the way either.
_URL_LIMIT = 32_000
_ALLOW = {"allow": ", ".join(_OFFERS)}


class GraphQLEndpoint:
    """Answers /graphql, as an ASGI application. `answerer` and `trusted` are asked anew for each request."""

    def __init__(
        self,
        answerer: Callable[[], Answerer],
        trusted: Callable[[], Mapping[str, str]],
        body_limit: int,
        subscriptions: Subscriptions,
        entrance: Entrance,
        asking: Asking,
        connections: Connections,
    ) -> None:
        self._answerer, self._trusted, self._body_limit = answerer, trusted, body_limit
        self._subscriptions, self._entrance = subscriptions, entrance
        self._asking, self._connections = asking, connections
        self._persisted = PersistedQueries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self.response(scope, receive))(scope, receive, send)

    async def response(self, scope: Scope, receive: Receive) -> ASGIApp:
        request = Incoming(scope, receive)
        media_type = negotiate(request.headers.get("accept"), _OFFERS.get(request.method, ANSWERS))
        try:
            if media_type == HTML:
                return await self._entrance.page(Request(scope, receive), graphiql)
            if request.method not in _OFFERS:
                raise Refusal(405, BadInput("Ask by GET or by POST."), _ALLOW)
            if media_type is None:
                raise Refusal(406, BadInput(f"Accept one of {', '.join(ANSWERS)}, in UTF-8."))
            # A page of a stranger is to learn nothing, not even by how long it takes, of who has signed in.
            self._check_origin(request)
            reader = await self._entrance.reader(request)
            parameters = with_headers(await self._parameters(request), request.headers)
            if media_type == EVENTS:
                return await self._events(request, parameters, reader)
            question = self._asked(request, parameters)
            answer = await self._asking.answer(self._answerer(), question, self._asker(request, reader))
            if parameters.hash and parameters.query and not answer.is_request_error:
                # What is not valid is not kept, or nonsense would drive out what others ask.
                self._persisted.keep(parameters.hash, question.text)
        except UnknownDocument as unknown:
            return await respond(request, _refused(unknown), str(media_type))
        except Refusal as refuse:
            error = refuse.error
            return refusal(refuse.status, error.code, error.message, refuse.headers, _spoken(media_type))
        except BadInput as error:
            return refusal(400, error.code, error.message, media_type=_spoken(media_type))
        return await respond(request, answer, media_type)

    def _check_origin(self, request: Incoming) -> None:
        if request.method != "POST" and could_be_forged(request.headers):
            raise Refusal(403, Forbidden(REFUSED))

    async def _parameters(self, request: Incoming) -> Parameters:
        """What the request says. Raises `Refusal`, or `BadInput` if it is not well formed."""
        if request.method != "POST":
            query_string = request.scope["query_string"]
            if len(query_string) > _URL_LIMIT:
                raise Refusal(414, BadInput(f"The URL is longer than {_URL_LIMIT} bytes; ask by POST."))
            return parameters_of_url(query_string)
        if not is_json(request.headers.get("content-type")):
            raise Refusal(415, BadInput("Send the request as application/json."))
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise Refusal(415, BadInput("Send the request uncompressed."), {"accept-encoding": "identity"})
        body = await request.body(self._body_limit)
        if body is None:
            too_large = BadInput(f"The body is larger than {self._body_limit} bytes.")
            raise Refusal(413, too_large, {"connection": "close"})
        return parameters_of_body(body)

    async def _events(self, request: Incoming, parameters: Parameters, reader: Reader) -> ASGIApp:
        """A stream of what a subscription tells; what cannot be subscribed to is refused before it begins."""
        try:
            text = text_of(parameters, self._trusted(), self._persisted)
            question, answerer = Question(text, parameters.operation_name, parameters.variables), self._answerer()
            asker = self._asker(request, reader)
            if not await self._asking.is_subscription(answerer, question, asker):
                raise BadInput(f"This is no subscription; accept {JSON} for its answer.")
            # A browser's EventSource comes back by itself, and says what it was told last.
            after = request.headers.get("last-event-id") or None
            self._connections.enter(asker.caller)
            try:
                subscription = await self._asking.subscribe(answerer, question, asker, self._subscriptions, after)
            except BaseException:
                self._connections.leave(asker.caller)
                raise
        except (InvalidRequest, GuanxiError) as error:
            return await respond(request, refused(error), GRAPHQL)
        return EventStream(subscription, self._subscriptions, self._entrance.watch, self._connections, asker)

    def _asker(self, request: Incoming, reader: Reader) -> Asker:
        return Asker(reader, caller_of(request.scope, reader), request_id(request.headers))

    def question(self, payload: Mapping[str, Any]) -> Question:
        """What a message over a WebSocket asks. Raises `UnknownDocument` or `BadInput`."""
        parameters = checked_parameters(payload, "The payload")
        text = text_of(parameters, self._trusted(), self._persisted)
        return Question(
            text,
            parameters.operation_name,
            parameters.variables,
            wants_explanation=parameters.wants_explanation,
            wants_cost=parameters.wants_cost,
        )

    def _asked(self, request: Incoming, parameters: Parameters) -> Question:
        """What a request asks. Raises `UnknownDocument`, `BadInput` or `Refusal`."""
        text = text_of(parameters, self._trusted(), self._persisted)
        if request.method != "POST" and is_mutation(text, parameters.operation_name):
            raise Refusal(405, BadInput("Send a mutation by POST."), {"allow": "POST"})
        return Question(
            text,
            parameters.operation_name,
            parameters.variables,
            parameters.wants_explanation,
            parameters.key,
            parameters.bookmark,
            parameters.wants_cost,
        )


def _spoken(media_type: str | None) -> str:
    """The media type of a refusal: who accepts nothing that one can be written in gets JSON."""
    return JSON if media_type in (None, EVENTS, HTML) else str(media_type)


def _refused(error: GuanxiError) -> Answer:
    return Answer(None, [{"message": error.message, "extensions": {"code": error.code}}], is_request_error=True)
