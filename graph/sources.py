"""Where the records of a block come from: the clauses that bind them, filtered and under the reader's rights."""

from __future__ import annotations

from dataclasses import dataclass

from graph.anchor import Chain, conjuncts, find_anchor, without
from graph.comparisons import uses_edge
from graph.conditions import All, AnyOf, Compare, Condition
from graph.errors import Forbidden
from graph.matching import along, bind, bind_back, reached, render_condition, rights_of_types, served_by_index
from graph.merge_rules import MERGED_INTO, is_mergeable
from graph.named_query import Guard, Parameter
from graph.patterns import bound_already, edge_name
from graph.plan import Across, Block, ById, ByIds, Everything, FromColumn, Gathered, Named, Search
from graph.rendering import Rendering, indent, where
from graph.search import search_lines
from graph.unrestricted import sees_all


@dataclass(frozen=True)
class Found:
    """The clauses that bind a block's records: `lines`, then a MATCH of `text` under `predicates`."""

    lines: list[str]
    text: str
    predicates: list[str]
    is_distinct: bool = False

    def clauses(self, *more: str) -> list[str]:
        return [*self.lines, *([f"MATCH {self.text}"] if self.text else []), *where([*self.predicates, *more])]


def find(
    rendering: Rendering, block: Block, outer: str, variable: str, edge: str, guard: str, *, is_sorted: bool = False
) -> Found:
    """What binds a block's records to `variable`, and the relationship that leads to them to `edge`, if it is named.

    `outer` is the record around, `guard` a test on it. `is_sorted` says that a page of them is to be cut in order.
    """
    predicates = [guard] if guard else []
    match block.source:
        case Everything():
            chain = find_anchor(block.where)
            if chain:
                return _anchored(rendering, block, variable, chain)
            return _everything(rendering, block, variable, is_sorted)
        case ById(id):
            return _by_id(rendering, block, rendering.value(id), variable)
        case ByIds(ids):
            bound = bind(rendering, block.target, variable)
            own = render_condition(rendering, block.where, variable)
            return Found([], bound.text, [f"{variable}.id IN {rendering.value(ids)}", *bound.predicates, own])
        case Across(relationship):
            bound = reached(rendering, outer, relationship, block.target, variable, edge)
            own = render_condition(rendering, block.where, variable, edge)
            return Found([], bound.text, [*predicates, *bound.predicates, own], relationship.is_distinct)
        case Named():
            return _named(rendering, block, block.source, outer, variable, predicates)
        case FromColumn(is_list=is_list, is_seen=is_seen):
            return _from_column(rendering.trusted() if is_seen else rendering, block, is_list, outer, variable)
        case Gathered():
            # They were bound where they were gathered.
            return Found([f"UNWIND {outer} AS {edge}", f"WITH {edge}.node AS {variable}, {edge}"], "", [])
        case Search():
            bound = bind(rendering, block.target, variable)
            own = render_condition(rendering, block.where, variable)
            return Found(search_lines(rendering, block.source, variable, edge), bound.text, [*bound.predicates, own])
        case _:
            raise TypeError(f"no Cypher for {type(block.source).__name__}")


def _by_id(rendering: Rendering, block: Block, id: str, variable: str) -> Found:
    """The record with an id; if that was merged, the one that it became, which is looked for only where none is found."""
    bound = bind(rendering, block.target, variable)
    if not any(is_mergeable(rendering.model.nodes[member]) for member in block.target.members):
        return Found([], bound.text, [f"{variable}.id = {id}", *bound.predicates])
    there, kept = rendering.variable("there"), rendering.variable("kept")
    direct, other = bind(rendering, block.target, there), bind(rendering, block.target, kept)
    merged = f"MATCH (:Deleted {{id: {id}}})-[:{MERGED_INTO}*1..]->{other.text}"
    test = f" WHERE {' AND '.join(other.predicates)}" if other.predicates else ""
    lines = [
        f"OPTIONAL MATCH {direct.text}",
        *where([f"{there}.id = {id}", *direct.predicates]),
        f"WITH coalesce({there}, head(COLLECT {{ {merged}{test} RETURN {kept} }})) AS {variable}",
    ]
    return Found(lines, "", [f"{variable} IS NOT NULL"])


def _everything(rendering: Rendering, block: Block, variable: str, is_sorted: bool) -> Found:
    bound = bind(rendering, block.target, variable)
    condition = render_condition(rendering, block.where, variable)
    # An index on (property, id) serves only if each of its properties has a predicate. Where no such index serves, it
    # would be one more thing to read of each record, and a temptation to read them all in the order of their ids.
    serves = (is_sorted and not _is_by_unique_key(block)) or bound.predicates or _asks_for_indexed(block.where)
    of_index = [f"{variable}.id IS NOT NULL"] if serves else []
    return Found([], bound.text, [*of_index, *bound.predicates, condition])


def _is_by_unique_key(block: Block) -> bool:
    """Whether the order is that of a unique property, which has an index of its own."""
    if not block.order or block.order[0].path or block.order[0].aggregate:
        return False
    found = block.order[0].property
    return found.is_unique and not found.is_indexed and found.name != "id"


def _asks_for_indexed(condition: Condition) -> bool:
    match condition:
        case All(conditions) | AnyOf(conditions):
            return any(map(_asks_for_indexed, conditions))
        case Compare(property=found, on_edge=on_edge):
            return found.is_indexed and not on_edge
        case _:
            return False


def _anchored(rendering: Rendering, block: Block, variable: str, chain: Chain) -> Found:
    """Start from the far end of a chain of related records, and walk back."""
    lines = list[str]()
    far = chain[-1]
    end = rendering.variable(far.target.variable)
    bound = bind(rendering, far.target, end)
    text, predicates, pending = bound.text, [f"{end}.id IS NOT NULL", *bound.predicates], far.condition
    owners = [(block.target, block.where), *((each.target, each.condition) for each in chain[:-1])]
    for step, (owner, condition) in reversed(list(zip(chain, owners, strict=True))):
        # What is asked of the edge can be asked only where the edge is bound: in the pattern that leads away from here.
        own, of_edge = _split(pending)
        lines += [f"MATCH {text}", *where([*predicates, render_condition(rendering, own, end)])]
        if step is not far:
            lines.append(f"WITH DISTINCT {end}")
        start = variable if step is chain[0] else rendering.variable(owner.variable)
        edge = rendering.variable(edge_name(step.relationship)) if of_edge.conditions else ""
        back = bind_back(rendering, owner, start, step.relationship)
        bound = along(rendering, back, step.relationship, bound_already(end), edge)
        text = bound.text
        predicates = [*bound.predicates, render_condition(rendering, of_edge, end, edge)]
        end, pending = start, without(condition, step)
    return Found(lines, text, [*predicates, render_condition(rendering, pending, variable)], is_distinct=True)


def _split(condition: Condition) -> tuple[All, All]:
    """What a condition asks of the record alone, and what it asks of the relationship as well."""
    each = conjuncts(condition)
    return All(tuple(one for one in each if not uses_edge(one))), All(tuple(one for one in each if uses_edge(one)))


def _named(rendering: Rendering, block: Block, named: Named, outer: str, variable: str, predicates: list[str]) -> Found:
    """The nodes that a named query returns, tested once more, as its author may have returned what no rule guards."""
    lines = named_lines(rendering, named, outer, {named.query.columns[0]: variable}, predicates)
    bound = bind(rendering, block.target, variable)
    own = render_condition(rendering, block.where, variable)
    return Found(lines, bound.text, [*bound.predicates, own], is_distinct=block.page is not None)


def _from_column(rendering: Rendering, block: Block, is_list: bool, outer: str, variable: str) -> Found:
    bound = bind(rendering, block.target, variable)
    if is_list:
        return Found([f"UNWIND {outer} AS {variable}"], bound.text, [*bound.predicates])
    return Found([f"WITH {outer} AS {variable}"], bound.text, [*bound.predicates])


def named_lines(
    rendering: Rendering, named: Named, outer: str, columns: dict[str, str], predicates: list[str]
) -> list[str]:
    """A named query's body, which answers its columns under the given variables.

    It stands in two scopes: the inner one lets it call its variables as it likes, the outer one renames its columns.
    """
    query = named.query
    if query.is_unguarded and not all(sees_all(rendering, node) for node in query.types or rendering.model.concrete):
        raise Forbidden(
            f"{query.field} reads without regard to rights; it is for those who may see everything it reads."
        )
    if query.role and not rendering.reader.has_role(query.role):
        raise Forbidden(f"{query.field} is for the role {query.role}.")
    arguments = dict(named.arguments)
    rendering.names.taken.update(query.words)
    text = ""
    for piece in query.pieces:
        match piece:
            case str():
                text += piece
            case Parameter(name):
                text += rendering.value(arguments[name])
            case Guard(variables):
                tests = [
                    test
                    for each, types in variables
                    for test in (
                        *(served_by_index(rendering, types[0], each) if len(types) == 1 else ()),
                        *rights_of_types(rendering, types, each),
                    )
                ]
                text += "".join(f" AND {test}" for test in tests)
    body = [line.rstrip() for line in text.splitlines() if line.strip()]
    imported = "this" if query.owner else ""
    renamed = ", ".join(f"{column} AS {variable}" for column, variable in columns.items())
    return [
        *(
            [f"WITH {outer} AS this", *where(p.replace(f"{outer}:", "this:") for p in predicates)]
            if query.owner
            else []
        ),
        f"CALL ({imported}) {{",
        *indent([f"CALL ({imported}) {{", *indent(body), "}", f"RETURN {renamed}"]),
        "}",
    ]
