"""The same question in other words: what must not make another statement."""

from __future__ import annotations

from typing import Any

from graphql import FieldNode, IntValueNode, NameNode, Visitor, parse, print_ast, visit


def varied(text: str) -> str:
    """A document with another alias on every field and each page one record larger.

    >>> print(varied("{ company(id: 1) { contacts(first: 2) { nodes { name } } } }").replace(chr(10), " "))
    {   v1: company(id: 1) {     v2: contacts(first: 3) {       v3: nodes {         v4: name       }     }   } }
    """
    return print_ast(visit(parse(text), _Varying()))


class _Varying(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def enter_field(self, node: FieldNode, *_: Any) -> FieldNode:
        self._count += 1
        arguments = tuple(
            type(each)(name=each.name, value=IntValueNode(value=str(int(each.value.value) + 1)))
            if each.name.value == "first" and isinstance(each.value, IntValueNode)
            else each
            for each in node.arguments or ()
        )
        return FieldNode(
            alias=NameNode(value=f"v{self._count}"),
            name=node.name,
            arguments=arguments,
            directives=node.directives,
            selection_set=node.selection_set,
        )
