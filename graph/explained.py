"""The statement behind `explainAccess`: a record, those that it follows from, and everybody who has a role."""

from __future__ import annotations

from graph.access import INWARD, OUTWARD, STEPS
from graph.errors import Forbidden
from graph.matching import bind
from graph.plan import Access
from graph.rendering import Rendering, indent, where

_INWARD, _OUTWARD = ("|".join(each) for each in (INWARD, OUTWARD))
# One step from a record to one that it follows from. A job that is over leads nowhere.
_STEP = (
    f"((one)-[step:{_INWARD}|{_OUTWARD}]-(other) WHERE step.until IS NULL AND "
    "((step:WORKS_AT OR step:ABOUT OR step:REFERS_TO) = (startNode(step) = one)) AND NOT other:Deleted)"
)


def render_access(rendering: Rendering, access: Access) -> tuple[list[str], str]:
    """The `CALL` of the facts about one record, and the variable that it answers: null if there is no such record.

    Only the administrator is told, so nothing of it stands under rights but the record itself.
    """
    if not rendering.reader.is_administrator:
        raise Forbidden(f"{access.name} is for administrators.")
    record, answer = rendering.variable("record"), rendering.variable(access.name)
    bound = bind(rendering, access.target, record)
    lines = [
        f"MATCH {bound.text}",
        *where([f"{record}.id = {rendering.value(access.id)}", *bound.predicates]),
        f"CALL ({record}) {{",
        f"  MATCH ({record}) {_STEP}{{0,{STEPS}}} (near)",
        "  WITH DISTINCT near",
        "  RETURN collect(near) AS around",
        "}",
        # Aggregates within an aggregate are refused, so what is collected has names first.
        f"WITH {record}, {_AROUND} AS near, {_PEOPLE} AS people, {_ROLES} AS roles, {_TEAMS} AS teams",
        f"RETURN head(collect([{record}.id, near, people, roles, teams])) AS {answer}",
    ]
    return ["CALL () {", *indent(lines), "}"], answer


_AROUND = (
    "[near IN around | [near.id, labels(near), near.ownerId, near.private, near.createdBy, "
    "[(near)-[share:SHARED_WITH]->(sharer) | [sharer.id, share.level]], "
    "[(near)<-[:PARTICIPATED_IN]-(person:User) | person.id], "
    "[(near)-[:ASSIGNED_TO]->(person:User) | person.id], "
    f"[(near)<-[step:{_INWARD}]-(other) | [type(step), other.id]] + "
    f"[(near)-[step:{_OUTWARD}]->(other) WHERE step.until IS NULL | [type(step), other.id]]]]"
)
_PEOPLE = (
    "COLLECT { MATCH (user:User) WHERE coalesce(user.active, true) AND EXISTS { (user)-[:HAS_ROLE]->(:Role) } "
    "RETURN [user.id, user.name, [(user)-[:HAS_ROLE]->(role:Role) | role.code], "
    "[(user)-[:MEMBER_OF]->(team:Team) | team.id]] ORDER BY user.name, user.id }"
)
_ROLES = "COLLECT { MATCH (role:Role) RETURN [role.code, [(role)-[:GRANTS]->(grant:Grant) | grant.key]] }"
# Of everybody who has to do with one of the records: the own teams, and these with all teams above.
_TEAMS = (
    "COLLECT { UNWIND around AS near UNWIND [near.ownerId, near.createdBy] + "
    "[(near)-[:ASSIGNED_TO|PARTICIPATED_IN]-(user:User) | user.id] AS id "
    "WITH DISTINCT id MATCH (user:User {id: id}) "
    "RETURN [user.id, [(user)-[:MEMBER_OF]->(team:Team) | team.id], "
    "COLLECT { MATCH (user)-[:MEMBER_OF]->(team:Team) ((:Team)-[:PART_OF]->(:Team))* (above:Team) "
    "RETURN DISTINCT above.id }] }"
)
