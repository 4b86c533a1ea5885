"""The same operation once more, behind the cursors of its first answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    parse,
    print_ast,
)

# What of a connection may be asked for; nothing else has fields of these names.
_OF_A_CONNECTION = {"nodes", "edges", "pageInfo", "totalCount"}
_INFO = parse("{ pageInfoForMore: pageInfo { startCursor endCursor } }", no_location=True).definitions[0]

Path = tuple[str, ...]
Cursors = dict[Path, tuple[str, str]]


def with_cursors(text: str) -> str:
    """The operation, with the first and the last cursor of every connection."""
    assert isinstance(_INFO, OperationDefinitionNode)
    info = _INFO.selection_set.selections

    def ask(node: FieldNode, path: Path) -> FieldNode:
        assert node.selection_set
        return replace(node, selection_set=SelectionSetNode(selections=(*node.selection_set.selections, *info)))

    return _rewritten(text, ask)


def cursors_of(data: Any) -> Cursors:
    """A first and a last cursor of each connection, by where it is in the response; of the first that has some."""
    found: Cursors = {}
    for path, info in _infos(data, ()):
        if info["endCursor"]:
            found.setdefault(path, (info["startCursor"], info["endCursor"]))
    return found


def _infos(data: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(data, list):
        for each in data:
            yield from _infos(each, path)
    elif isinstance(data, dict):
        if "pageInfoForMore" in data:
            yield path, data["pageInfoForMore"]
        for key, each in data.items():
            yield from _infos(each, (*path, key))


def continued(text: str, cursors: Cursors, is_forward: bool) -> str:
    """The operation whose pages begin behind these cursors, or end before them; others stay as they are."""

    def go_on(node: FieldNode, path: Path) -> FieldNode:
        if path not in cursors:
            return node
        given = {each.name.value: each for each in node.arguments or ()}
        size = given.pop("first", None)
        name, cursor = ("after", cursors[path][0]) if is_forward else ("before", cursors[path][1])
        if size:
            given["first" if is_forward else "last"] = _argument("first" if is_forward else "last", size.value)
        given[name] = _argument(name, StringValueNode(value=cursor))
        return replace(node, arguments=tuple(given.values()))

    return _rewritten(text, go_on)


def _argument(name: str, value: Any) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=value)


def _rewritten(text: str, change: Callable[[FieldNode, Path], FieldNode]) -> str:
    document = parse(text, no_location=True)
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)

    def within(selections: SelectionSetNode, path: Path) -> SelectionSetNode:
        return SelectionSetNode(selections=tuple(one(each, path) for each in selections.selections))

    def one(node: SelectionNode, path: Path) -> SelectionNode:
        if isinstance(node, InlineFragmentNode):
            return replace(node, selection_set=within(node.selection_set, path))
        if not isinstance(node, FieldNode) or not node.selection_set:
            return node
        here = (*path, node.alias.value if node.alias else node.name.value)
        names = {each.name.value for each in node.selection_set.selections if isinstance(each, FieldNode)}
        inner = replace(node, selection_set=within(node.selection_set, here))
        return change(inner, here) if names & _OF_A_CONNECTION else inner

    changed = replace(operation, selection_set=within(operation.selection_set, ()))
    return print_ast(replace(document, definitions=(changed,)))
