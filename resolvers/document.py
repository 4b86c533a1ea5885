"""Documents: parsed, validated and kept. A document that was seen before costs neither again."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)

from graph.errors import BadInput, TooComplex
from resolvers.coercion import DEEP, Coercion
from resolvers.document_size import check_size
from resolvers.request import LIMITS, InvalidRequest
from resolvers.turns import Room, Turns

# The characters of a document that is read at once. Larger ones are read beside what the server does meanwhile, one at a
# time, and callers take turns: a document at the limits takes a tenth of a second, and most of those are refused.
AT_ONCE = 1_500
# With so many mistakes, the names that were meant are told; finding them takes longer than all the rest.
SUGGESTED = 5
_ABORTED = "Validation aborted."


@dataclass(frozen=True, eq=False)
class Document:
    """A valid document. Its operations are by name; an anonymous one is by None."""

    text: str
    node: DocumentNode
    operations: Mapping[str | None, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    _coercions: dict[int, Coercion] = field(default_factory=dict)

    @cached_property
    def hash(self) -> str:
        """What the document is known by where its text is not to be told."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run (GraphQL specification 6.1). Raises `BadInput` if the name does not tell which."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise BadInput(f"The document has {len(self.operations)} operations; name one with operationName.")
        if name not in self.operations:
            raise BadInput(f'The document has no operation "{name}".')
        return self.operations[name]

    def coercion(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> Coercion:
        """What coerces the variables of one of its operations."""
        found = self._coercions.get(id(operation))
        if found is None:
            found = self._coercions[id(operation)] = Coercion(schema, operation)
        return found


class Documents:
    """Parses and validates documents, and keeps the last ones, bounded by their number and by their text."""

    def __init__(self, schema: GraphQLSchema, count: int = 1_000, characters: int = 4_000_000) -> None:
        self._schema, self._count, self._characters = schema, count, characters
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._size = 0
        self._turns = Turns(Room(running=1, running_of_one=1, waiting=400, waiting_of_one=50))

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def reading(self) -> int:
        """How many large documents are read right now."""
        return self._turns.running

    @property
    def waiting(self) -> int:
        """How many large documents wait to be read."""
        return self._turns.waiting

    def kept(self, text: str) -> Document | None:
        """The document of a text that was seen before."""
        found = self._kept.get(text)
        if found is not None:
            self._kept.move_to_end(text)
        return found

    def read(self, text: str, *, hides_names: bool = False) -> Document:
        """The document of a text. Raises `InvalidRequest` with every mistake, or `TooComplex`.

        What was meant by a name that there is not is told, unless it `hides_names`.
        """
        if (found := self.kept(text)) is not None:
            return found
        return self._keep(self._parse(text, hides_names))

    async def read_in_turn(self, text: str, caller: str, *, hides_names: bool = False) -> Document:
        """The same, but a large document that was not seen before takes its turn. Raises `Busy` besides."""
        if len(text) <= AT_ONCE or text in self._kept:
            return self.read(text, hides_names=hides_names)
        await self._turns.take(caller)
        reading = asyncio.create_task(asyncio.to_thread(self._parse, text, hides_names))
        reading.add_done_callback(partial(self._is_read, caller))
        # Nothing stops a thread: where nobody waits for it any more, its turn still lasts until it is done.
        return self._keep(await asyncio.shield(reading))

    def _is_read(self, caller: str, reading: asyncio.Task[Document]) -> None:
        self._turns.release(caller)
        if not reading.cancelled():
            # Where nobody waits any more, nobody asks what was wrong.
            reading.exception()

    def _keep(self, document: Document) -> Document:
        text = document.text
        # Another request may have read the same meanwhile.
        self._size += len(text) if text not in self._kept else 0
        self._kept[text] = document
        while len(self._kept) > self._count or self._size > self._characters:
            self._size -= len(self._kept.popitem(last=False)[0])
        return document

    def _parse(self, text: str, hides_names: bool) -> Document:
        try:
            node = parse(text, max_lexical_tokens=LIMITS.tokens)
            check_size(node)
            errors = validate(self._schema, node, max_errors=LIMITS.errors, hide_suggestions=True)
            if errors and len(errors) <= SUGGESTED and not hides_names:
                errors = validate(self._schema, node, max_errors=LIMITS.errors)
        except GraphQLError as error:
            if re.search(r"(more than|exceed).* tokens", error.message, re.IGNORECASE) or any(
                word in error.message for word in DEEP
            ):
                raise TooComplex(
                    f"The document has more than {LIMITS.tokens} tokens, or is nested too deeply."
                ) from None
            raise InvalidRequest([error]) from None
        except RecursionError:
            raise TooComplex("The document is nested too deeply.") from None
        if errors:
            # graphql-core says "aborted" and no more where its rules would go deeper than Python lets them.
            if any(word in error.message for error in errors for word in DEEP) or errors[-1].message == _ABORTED:
                raise TooComplex("The document is nested too deeply.")
            raise InvalidRequest(errors)
        operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
        fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
        return Document(text, node, {each.name.value if each.name else None: each for each in operations}, fragments)


def is_mutation(text: str, operation_name: str | None) -> bool:
    """Whether the operation to run is a mutation, by its syntax alone; what does not parse is none."""
    if "mutation" not in text:
        return False
    try:
        node = parse(text, max_lexical_tokens=LIMITS.tokens)
    except (GraphQLError, RecursionError):
        return False
    operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
    if operation_name is not None:
        operations = [each for each in operations if each.name and each.name.value == operation_name]
    return [each.operation for each in operations] == [OperationType.MUTATION]
