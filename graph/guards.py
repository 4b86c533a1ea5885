"""Whether a named query's body stands under the reader's rights everywhere.

Every node that a body binds must be named, must say its labels, and must be marked in the WHERE of the clause that
binds it: `WHERE true /* visible(customer) */`. The planner puts the reader's predicate behind that `true`. So this module
follows, token by token, which variables each clause can know, and refuses every node that would escape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from graph.model import Model, NodeType
from graph.named_query import Guard
from graph.suggestion import did_you_mean
from graph.token_places import CLAUSES, MARKER, SUBQUERIES, TokenPlaces
from graph.tokens import Token, TokenKind

Refuse = Callable[[int, str], Exception]
Types = tuple[NodeType, ...]

_WRITES = frozenset("CREATE MERGE SET DELETE DETACH REMOVE FOREACH DROP ALTER GRANT DENY REVOKE INSERT".split())
# A bracket behind any other word is a function's.
_BEFORE_NODES = CLAUSES | frozenset(
    "SHORTEST PATH PATHS GROUP GROUPS WALK TRAIL ACYCLIC WHERE AND OR NOT XOR ALL ANY THEN ELSE WHEN CASE DISTINCT".split()
)
_FULL_TEXT = "db.index.fulltext.querynodes"


@dataclass
class Scope:
    """The variables that are known between two braces, and what is bound by the clause at hand but not yet marked."""

    known: dict[str, Types]
    imported: dict[str, Types]
    pending: dict[str, int] = field(default_factory=dict)
    # What a WITH at hand lets through, and the place from which on nothing else is known.
    projected: tuple[int, dict[str, Types]] | None = None


@dataclass
class Guarded:
    """What was found: the guards by the position of their marker, and every type that the body binds."""

    guards: dict[int, Guard] = field(default_factory=dict)
    types: dict[str, NodeType] = field(default_factory=dict)


def find_guards(
    tokens: list[Token], model: Model, owner: NodeType | None, refuse: Refuse, *, is_unguarded: bool
) -> Guarded:
    """The guards of a body; raises what `refuse` makes of the first line that breaks a rule.

    An unguarded body may leave markers and names out; that it only reads is asked of it all the same.
    """
    return _Walk(tokens, model, owner, refuse, is_unguarded).walk()


class _Walk(TokenPlaces):
    def __init__(
        self, tokens: list[Token], model: Model, owner: NodeType | None, refuse: Refuse, is_unguarded: bool
    ) -> None:
        super().__init__(tokens)
        self.model, self.refuse, self.is_unguarded = model, refuse, is_unguarded
        start: dict[str, Types] = {"this": (owner,)} if owner else {}
        self.scopes = [Scope(dict(start), dict(start))]
        self.found = Guarded()

    def walk(self) -> Guarded:
        ends: list[int] = []
        place = 0
        while place < len(self.places):
            token, scope = self._at(place), self.scopes[-1]
            if scope.projected and place >= scope.projected[0]:
                scope.known, scope.projected = scope.projected[1], None
            if token.kind is TokenKind.COMMENT:
                self._mark(place)
            elif token.word and self._at(place - 1).text not in (".", ":", "|") and self._at(place + 1).text != ":":
                self._keyword(place)
            elif token.text == "{" and (opened := self._opens(place)) is not None:
                self.scopes.append(opened)
                ends.append(self.closing.get(place, -1))
            elif token.text == "}" and ends and place == ends[-1]:
                self._end_clause()
                self.scopes.pop()
                ends.pop()
            elif token.text == "(":
                self._node(place)
            elif token.text == "*" and self._is_in_relationship(place):
                self._refuse_length(token)
            if token.text in ("{", "+", "*") and self._follows_arrow(place):
                self._refuse_length(token)
            place += 1
        self._end_clause()
        return self.found

    def _keyword(self, place: int) -> None:
        token, word, following = self._at(place), self._at(place).word, self._at(place + 1)
        if word in _WRITES:
            raise self.refuse(token.line, f"{word} writes; a named query only reads.")
        if word in ("SHOW", "USE", "TERMINATE") and self._starts_clause(place):
            raise self.refuse(token.line, f"{word} asks the server, not the graph; a named query only reads the graph.")
        if word == "LOAD" and following.word == "CSV":
            raise self.refuse(token.line, "LOAD CSV reads files; a named query only reads the graph.")
        if word == "WITH" and self._at(place - 1).word in ("STARTS", "ENDS"):
            return
        if word in CLAUSES - {"YIELD"} and (following.text not in ("(", ".") or word in ("MATCH", "CALL", "WITH")):
            self._end_clause()
        if word == "CALL" and following.text not in ("(", "{"):
            self._procedure(place)
        if word == "WITH":
            self._project(place)
        elif word == "UNION":
            self.scopes[-1].known = dict(self.scopes[-1].imported)
        elif word == "AS":
            self.scopes[-1].known.setdefault(self._at(place + 1).name, ())
        elif word == "IN" and self._at(place - 2).text in ("[", "("):
            # [each IN list …] and all(each IN list …): what a list of guarded nodes holds is guarded.
            self.scopes[-1].known.setdefault(self._at(place - 1).name, ())

    def _procedure(self, place: int) -> None:
        name, at = "", place + 1
        while self._at(at).name or self._at(at).text == ".":
            name, at = name + self._at(at).text, at + 1
        if name.lower() != _FULL_TEXT:
            raise self.refuse(self._at(place).line, f"CALL {name} runs a procedure; only {_FULL_TEXT} may be called.")
        if self.is_unguarded:
            return
        # What the procedure yields has no label, so its marker must name one: visible(contact:Contact).
        end = self.closing.get(at, at)
        if self._at(end + 1).word != "YIELD":
            return
        at = end + 2
        while (name := self._at(at).name) and self._at(at).word not in CLAUSES | {"WHERE"}:
            if self._at(at + 1).word == "AS":
                name, at = self._at(at + 2).name, at + 2
            if name != "score":
                self.scopes[-1].pending[name] = self._at(at).line
            at += 2 if self._at(at + 1).text == "," else 1

    def _opens(self, place: int) -> Scope | None:
        """The scope that a brace opens, if it opens a subquery and not a map or a number of repetitions."""
        before = self._at(place - 1)
        outer = self.scopes[-1]
        if before.word in SUBQUERIES:
            return Scope(dict(outer.known), dict(outer.known))
        if before.word == "CALL":
            return Scope({}, {})
        if before.text == ")":
            start = next((opened for opened, closed in self.closing.items() if closed == place - 1), -1)
            if self._at(start - 1).word == "CALL":
                names = [self._at(i).name or self._at(i).text for i in range(start + 1, place - 1)]
                kept = {name: types for name, types in outer.known.items() if name in names or "*" in names}
                return Scope(dict(kept), dict(kept))
        return None

    def _end_clause(self) -> None:
        """A clause is over: whatever it bound must be marked by now."""
        pending = self.scopes[-1].pending
        for name, line in pending.items():
            if not self.is_unguarded:
                raise self.refuse(
                    line,
                    f'"{name}" is bound without the reader\'s rights; add "true /* visible({name}) */" to the WHERE of '
                    "its clause.",
                )
        pending.clear()

    def _project(self, place: int) -> None:
        """Behind a WITH, only what it names is known."""
        outer, last = self.scopes[-1], place
        kept: dict[str, Types] = {}
        for first, last in self._items(place + 1):
            if self._at(first).text == "*":
                kept |= outer.known
            elif self._at(last - 1).word == "AS" and last > first:
                single = last - 2 == first
                kept[self._at(last).name] = outer.known.get(self._at(first).name, ()) if single else ()
            elif self._at(first).name:
                kept[self._at(first).name] = outer.known.get(self._at(first).name, ())
        outer.projected = last + 1, kept

    def _node(self, place: int) -> None:
        """A bracket: a node of a pattern, or something else."""
        before, end = self._at(place - 1), self.closing.get(place)
        if end is None or before.word == "CALL":
            return
        inside, line = self._at(place + 1), self._at(place).line
        name = inside.name if inside.kind is not TokenKind.PARAMETER and inside.word != "WHERE" else ""
        after_name = self._at(place + 2) if name else inside
        label = self._at(place + (3 if name else 2))
        is_labelled = after_name.text == ":" or (after_name.word == "IS" and label.word not in ("", "NULL", "NOT"))
        if not is_labelled and not (after_name.text in (")", "{") or after_name.word == "WHERE"):
            return
        is_call = before.name and before.word not in _BEFORE_NODES
        if not is_labelled and (is_call or not self._is_in_pattern(place, end)):
            return
        if name in self.scopes[-1].known:
            return
        if self.is_unguarded:
            if is_labelled:
                self._types(place + (3 if name else 2), line)
            if name:
                self.scopes[-1].known[name] = ()
            return
        if not is_labelled:
            if self._starts_repetition(place):
                if name:
                    self.scopes[-1].known[name] = ()
                return
            shown = f'"{name}"' if name else "a node"
            raise self.refuse(line, f"{shown} is bound without a label; name its label, so that rights can be checked.")
        types = self._types(place + (3 if name else 2), line)
        if not name:
            raise self.refuse(
                line, f'a {types[0].name} is bound without a name; name it, and mark it with "visible(…)".'
            )
        self.scopes[-1].known[name] = types
        self.scopes[-1].pending[name] = line

    def _types(self, place: int, line: int) -> Types:
        """The types that a label expression names, starting at its first label."""
        labels = [self._at(place).name]
        while self._at(place + 1).text in ("|", ":", "&") or self._at(place + 1).text in ("!", "%"):
            if self._at(place + 1).text != "|":
                raise self.refuse(line, "a label expression may only join labels by |, so that rights can be checked.")
            place += 2
            labels.append(self._at(place).name)
        return tuple(self._label(label, line) for label in labels)

    def _refuse_length(self, token: Token) -> None:
        if not self.is_unguarded:
            raise self.refuse(
                token.line,
                "the nodes on a path of variable length are not named; write the step as "
                '"((a)-[:TYPE]-(step:Label WHERE true /* visible(step) */)){1,4}".',
            )

    def _mark(self, place: int) -> None:
        """A marker: it must stand behind a `true` that nothing in its WHERE can go around."""
        token, scope = self._at(place), self.scopes[-1]
        found = MARKER.fullmatch(token.text)
        assert found
        if self._at(place - 1).word != "TRUE" or self._at(place - 2).word not in ("WHERE", "AND"):
            raise self.refuse(token.line, 'a marker stands behind "WHERE true" or "AND true".')
        if word := self._way_around(place):
            raise self.refuse(
                token.line, f"{word} in the same WHERE goes around the reader's rights; put it in brackets."
            )
        variables = []
        for each in found[1].split(","):
            name, _, labels = (part.strip() for part in each.partition(":"))
            types = scope.known.get(name, ())
            if labels:
                types = tuple(self._label(label.strip(), token.line) for label in labels.split("|"))
                scope.known[name] = types
            if not types:
                raise self.refuse(token.line, f'visible({name}): nothing with a label is bound as "{name}" here.')
            scope.pending.pop(name, None)
            variables.append((name, types))
        self.found.guards[self.places[place]] = Guard(tuple(variables))

    def _label(self, label: str, line: int) -> NodeType:
        if label not in self.model.by_label:
            raise self.refuse(line, f'"{label}" is no label of the model.{did_you_mean(label, self.model.by_label)}')
        self.found.types[label] = self.model.by_label[label]
        return self.model.by_label[label]
