"""Every limit of aggregates and groups has its code, and a sentence that says where it is and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asking import Ask

_SIX = ", ".join(f"{{{name}: VALUE}}" for name in ("id", "number", "status", "channel", "fxRate", "version"))
_FAR = "{manager: " * 13 + "{name: VALUE}" + "}" * 13
_DEEP = "{not: " * 13 + "{}" + "}" * 13
_MANY = ", ".join(["{count: ASC}"] * 9)


def _groups(by: str, more: str = "", selected: str = "count") -> str:
    return f"{{ orders {{ groupBy(by: [{by}]{more}) {{ groups {{ {selected} }} }} }} }}"


BAD_INPUT, TOO_COMPLEX = "BAD_USER_INPUT", "QUERY_TOO_COMPLEX"

# Each case: the query, the code, and the message.
CASES: dict[str, tuple[str, str, str]] = {
    "no key": (_groups(""), BAD_INPUT, "orders.groupBy.by is empty; name what to group by, or ask `aggregate` of the whole."),
    "too many keys": (_groups(_SIX), TOO_COMPLEX, "orders.groupBy.by has 6 keys; at most 5 are grouped by."),
    "two keys in one": (_groups("{status: VALUE, channel: VALUE}"), BAD_INPUT, "Within OneOf Input Object type 'OrderGroupBy', exactly one field must be specified, and the value for that field must be non-null."),
    "one key twice": (_groups("{placedAt: {truncate: YEAR}}, {placedAt: {truncate: DAY}}"), BAD_INPUT, "orders.groupBy.by[1] groups by placedAt a second time; name each key once."),
    "a key too far away": (f"{{ users {{ groupBy(by: [{_FAR}]) {{ hasMore }} }} }}", TOO_COMPLEX, "users.groupBy.by[0]" + ".manager" * 13 + " leads over more than 12 records."),
    "a key that groups are not by": (_groups("{status: VALUE}", "", "key { status customer { owner { name } } }"), BAD_INPUT, "orders.groupBy is not by customer.owner.name; add it to `by`, or do not ask for it in `key`."),
    "a record whose id is no key": (_groups("{customer: {name: VALUE}}", "", "key { customer { node { id } } }"), BAD_INPUT, "orders.groupBy is not by customer.id, so a group has no customer.node; add customer.id to `by`."),
    "too many groups": (_groups("{status: VALUE}", ", first: 1001"), BAD_INPUT, "orders.groupBy.first is 1001; ask for 0 to 1000 groups."),
    "fewer groups than none": (_groups("{status: VALUE}", ", first: -1"), BAD_INPUT, "orders.groupBy.first is -1; ask for 0 to 1000 groups."),
    "an unknown time zone": (_groups('{placedAt: {truncate: DAY, timeZone: "Asia/Shanghei"}}'), BAD_INPUT, "orders.groupBy.by[0].placedAt.timeZone is no time zone of the IANA database; write it as Asia/Shanghai. Did you mean 'Asia/Shanghai'?"),
    "a time zone that is a path": (_groups('{placedAt: {truncate: DAY, timeZone: "../../etc/passwd"}}'), BAD_INPUT, "orders.groupBy.by[0].placedAt.timeZone is no time zone of the IANA database; write it as Asia/Shanghai."),
    "an hour of a day": ('{ contacts { groupBy(by: [{birthDate: {truncate: HOUR}}]) { hasMore } } }', BAD_INPUT, "Value 'HOUR' does not exist in 'DateUnit' enum."),
    "a percentile of percent": ("{ orders { aggregate { total { percentile(p: 90) { amount } } } } }", BAD_INPUT, "orders.aggregate.total.percentile(p:) is 90.0; write a number from 0 to 1: 0.5 is the median."),
    "amounts of several currencies": ("{ orders { aggregate { total { given { sum { amount } } } } } }", BAD_INPUT, "orders.aggregate.total.given would mix amounts of several currencies; group by {total: CURRENCY}, or leave `given` out for amounts in the base currency."),
    "amounts of another property's currency": (_groups("{customer: {creditLimit: CURRENCY}}", "", "aggregate { total { given { avg { amount } } } }"), BAD_INPUT, "orders.groupBy.aggregate.total.given would mix amounts of several currencies; group by {total: CURRENCY}, or leave `given` out for amounts in the base currency."),
    "a condition too deep": (_groups("{status: VALUE}", f", having: {_DEEP}"), TOO_COMPLEX, "orders.groupBy.having" + ".not" * 12 + " is nested more than 12 levels deep; ask a simpler one."),
    "no condition at all": (_groups("{status: VALUE}", ", having: null"), BAD_INPUT, "orders.groupBy.having is null; leave it out, or write {} for no condition."),
    "a condition on null": (_groups("{status: VALUE}", ", having: {count: {gt: null}}"), BAD_INPUT, "orders.groupBy.having.count.gt is null; leave it out."),
    "a condition on an amount beyond all": (_groups("{status: VALUE}", ', having: {total: {sum: {gt: "1e30"}}}'), BAD_INPUT, "orders.groupBy.having.total.sum.gt is 1.000E+30, which no amount reaches."),
    "a condition on a percentile of percent": (_groups("{status: VALUE}", ', having: {total: {percentile: {p: 50, gt: "1"}}}'), BAD_INPUT, "orders.groupBy.having.total.percentile.p is 50.0; write a number from 0 to 1: 0.5 is the median."),
    "a condition on no percentile": (_groups("{status: VALUE}", ", having: {total: {percentile: null}}"), BAD_INPUT, "orders.groupBy.having.total.percentile is null; leave it out."),
    "an order by a percentile of percent": (_groups("{status: VALUE}", ", orderBy: [{fxRate: {percentile: {p: -1, sort: ASC}}}]"), BAD_INPUT, "orders.groupBy.orderBy[0].fxRate.percentile.p is -1.0; write a number from 0 to 1: 0.5 is the median."),
    "an order by no percentile": (_groups("{status: VALUE}", ", orderBy: [{fxRate: {percentile: null}}]"), BAD_INPUT, "Within OneOf Input Object type 'NumberGroupOrder', exactly one field must be specified, and the value for that field must be non-null."),
    "too many orders": (_groups("{status: VALUE}", f", orderBy: [{_MANY}]"), TOO_COMPLEX, "orders.groupBy.orderBy has 9 keys; at most 8 are sorted by."),
}  # fmt: skip


@pytest.mark.parametrize(("query", "code", "message"), CASES.values(), ids=CASES.keys())
async def test_what_cannot_be_answered_is_refused_with_what_to_do(
    ask: Ask, query: str, code: str, message: str
) -> None:
    body: dict[str, Any] = await ask(query)

    assert "data" not in body
    assert [(each["extensions"]["code"], each["message"]) for each in body["errors"]] == [(code, message)]


async def test_every_grouping_counts_among_the_lists_of_a_request(ask: Ask) -> None:
    groups = " ".join(f"g{i}: groupBy(by: [{{status: VALUE}}]) {{ hasMore }}" for i in range(100))

    body = await ask(f"{{ orders {{ {groups} }} }}")

    assert body["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
