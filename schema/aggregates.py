"""What clients may ask of a connection's whole set: `aggregate` and `groupBy`, with their types and inputs.

These types are several hundred, and none of them is a record: they are written as SDL and added to the schema in one
step, which takes a tenth of the time that Strawberry needs for as many types. What a property offers depends on its
kind alone, so that all properties of a kind share their types.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphql import GraphQLSchema, extend_schema, parse

from graph.model import EdgeType, Kind, Model, NodeType, Property
from resolvers.api import Connection
from schema.naming import prefix

_KINDS = {
    Kind.TEXT: "Text", Kind.INTEGER: "Int", Kind.FLOAT: "Float", Kind.BOOLEAN: "Boolean", Kind.ENUM: "Enum",
    Kind.DATE: "Date", Kind.DATETIME: "DateTime", Kind.MONEY: "Money",
}  # fmt: skip

# How the conditions on the aggregates of a kind are called, and the orders by them.
_HAVING = {**_KINDS, Kind.INTEGER: "Number", Kind.FLOAT: "Number", Kind.TEXT: "Value", Kind.ENUM: "Value"}
_ORDER = {**_HAVING, Kind.TEXT: "Extent", Kind.DATE: "Extent", Kind.DATETIME: "Extent"}

_GROUPING = {Kind.DATE: "DateGrouping", Kind.DATETIME: "DateTimeGrouping", Kind.MONEY: "MoneyGrouping"}
_KEY = {
    Kind.ID: "ID", Kind.TEXT: "String", Kind.INTEGER: "Int", Kind.FLOAT: "Float", Kind.BOOLEAN: "Boolean",
    Kind.DATE: "Date", Kind.DATETIME: "Period", Kind.MONEY: "Currency",
}  # fmt: skip

_COUNT = '"How many have it."  count: Int!'
_DISTINCT = '"How many different values there are."  distinct: Int!'

_SHARED = f"""
"How records are grouped by a property."
enum Grouping {{ "By its value." VALUE }}
"How records are grouped by an amount."
enum MoneyGrouping {{ "By the currency that it was given in." CURRENCY }}
"What a day is cut down to."
enum DateUnit {{ DAY "From Monday on." WEEK MONTH QUARTER YEAR }}
"What an instant is cut down to."
enum TimeUnit {{ HOUR DAY "From Monday on." WEEK MONTH QUARTER YEAR }}
"How records are grouped by a day."
input DateGrouping {{ truncate: DateUnit! }}
"How records are grouped by an instant."
input DateTimeGrouping {{
  truncate: TimeUnit!
  "Where the day begins, as a name of the IANA database: Asia/Shanghai. UTC unless told."
  timeZone: String
}}
"A span of time that instants were cut down to."
type Period {{
  "Its first day, in the time zone that was asked for."  date: Date!
  "When it begins."  start: DateTime!
}}

"What is told of texts."
type TextAggregate {{
  {_COUNT} {_DISTINCT}
  "The first, by code points."  min: String
  "The last, by code points."  max: String
}}
"What is told of values that have no order."
type EnumAggregate {{ {_COUNT} {_DISTINCT} }}
"What is told of yes and no."
type BooleanAggregate {{ {_COUNT} countTrue: Int!  countFalse: Int! }}
"What is told of whole numbers."
type IntAggregate {{
  {_COUNT} {_DISTINCT}
  "Exact up to 2⁵³; 0 where there is none."  sum: Float!
  avg: Float  min: Int  max: Int
  "Interpolated between the two nearest values; p is 0.5 for the median."  percentile(p: Float!): Float
}}
"What is told of numbers."
type FloatAggregate {{
  {_COUNT} {_DISTINCT}
  "0 where there is none."  sum: Float!
  avg: Float  min: Float  max: Float
  "Interpolated between the two nearest values; p is 0.5 for the median."  percentile(p: Float!): Float
}}
"What is told of days."
type DateAggregate {{ {_COUNT} {_DISTINCT} "The earliest."  min: Date  "The latest."  max: Date }}
"What is told of instants."
type DateTimeAggregate {{ {_COUNT} {_DISTINCT} "The earliest."  min: DateTime  "The latest."  max: DateTime }}
"What is told of amounts, by their worth in the base currency. An amount whose worth is not known counts in nothing."
type MoneyAggregate {{
  "How many have a worth in the base currency."  count: Int!
  {_DISTINCT}
  "Nothing is worth 0."  sum: Money!
  "Rounded to the currency's smallest unit."  avg: Money
  min: Money  max: Money
  "Interpolated between the two nearest amounts, rounded; p is 0.5 for the median."  percentile(p: Float!): Money
  "The amounts as they were given; only of groups by their currency."  given: GivenMoneyAggregate!
}}
"What is told of amounts in the currency of their group."
type GivenMoneyAggregate {{
  {_COUNT} {_DISTINCT}
  sum: Money
  "Rounded to the currency's smallest unit."  avg: Money
  min: Money  max: Money
  "Interpolated between the two nearest amounts, rounded; p is 0.5 for the median."  percentile(p: Float!): Money
}}

"A condition on how many there are."
input CountCondition {{ eq: Int ne: Int lt: Int lte: Int gt: Int gte: Int }}
"A condition on a number. What is absent is kept by ne alone."
input NumberCondition {{ eq: Float ne: Float lt: Float lte: Float gt: Float gte: Float }}
"A condition on an amount in the base currency. What is absent is kept by ne alone."
input AmountCondition {{ eq: Decimal ne: Decimal lt: Decimal lte: Decimal gt: Decimal gte: Decimal }}
"A condition on a percentile of numbers; p is 0.5 for the median."
input NumberPercentileCondition {{ p: Float! eq: Float ne: Float lt: Float lte: Float gt: Float gte: Float }}
"A condition on a percentile of amounts in the base currency; p is 0.5 for the median."
input AmountPercentileCondition {{
  p: Float! eq: Decimal ne: Decimal lt: Decimal lte: Decimal gt: Decimal gte: Decimal
}}
"A condition on a day. What is absent is kept by ne alone."
input DateCondition {{ eq: Date ne: Date lt: Date lte: Date gt: Date gte: Date }}
"A condition on an instant. What is absent is kept by ne alone."
input DateTimeCondition {{ eq: DateTime ne: DateTime lt: DateTime lte: DateTime gt: DateTime gte: DateTime }}

"Conditions on the values of a property; all must hold."
input ValueHaving {{ count: CountCondition distinct: CountCondition }}
"Conditions on yes and no; all must hold."
input BooleanHaving {{ count: CountCondition countTrue: CountCondition countFalse: CountCondition }}
"Conditions on numbers; all must hold."
input NumberHaving {{
  count: CountCondition distinct: CountCondition
  sum: NumberCondition avg: NumberCondition min: NumberCondition max: NumberCondition
  percentile: NumberPercentileCondition
}}
"Conditions on amounts in the base currency; all must hold."
input MoneyHaving {{
  count: CountCondition distinct: CountCondition
  sum: AmountCondition avg: AmountCondition min: AmountCondition max: AmountCondition
  percentile: AmountPercentileCondition
}}
"Conditions on days; all must hold."
input DateHaving {{ count: CountCondition distinct: CountCondition min: DateCondition max: DateCondition }}
"Conditions on instants; all must hold."
input DateTimeHaving {{ count: CountCondition distinct: CountCondition min: DateTimeCondition max: DateTimeCondition }}

"An order by a percentile; p is 0.5 for the median."
input PercentileOrder {{ p: Float! sort: Sort! }}
"What groups are ordered by, of a property's values."
input ValueGroupOrder @oneOf {{ count: Sort distinct: Sort }}
"What groups are ordered by, of yes and no."
input BooleanGroupOrder @oneOf {{ count: Sort countTrue: Sort countFalse: Sort }}
"What groups are ordered by, of values that have a first and a last."
input ExtentGroupOrder @oneOf {{ count: Sort distinct: Sort min: Sort max: Sort }}
"What groups are ordered by, of numbers."
input NumberGroupOrder @oneOf {{
  count: Sort distinct: Sort sum: Sort avg: Sort min: Sort max: Sort percentile: PercentileOrder
}}
"What groups are ordered by, of amounts in the base currency."
input MoneyGroupOrder @oneOf {{
  count: Sort distinct: Sort sum: Sort avg: Sort min: Sort max: Sort percentile: PercentileOrder
}}
"""


def add_aggregates(schema: GraphQLSchema, model: Model, connections: Mapping[str, Connection]) -> GraphQLSchema:
    """The schema whose connections have `aggregate` and `groupBy` as well."""
    edges = {each.edge.name: each.edge for each in connections.values() if each.edge}
    texts = [_SHARED, *(_of_edge(edge) for edge in edges.values())]
    texts += [_of_connection(model, name, each) for name, each in connections.items()]
    return extend_schema(schema, parse("\n".join(texts), no_location=True), assume_valid=True)


def _of_connection(model: Model, name: str, connection: Connection) -> str:
    target, edge = connection.target, connection.edge
    base, noun = name.removesuffix("Connection"), f"{target.name} records"
    own = list(_aggregated(target.properties.values()))
    onwards = list(_onwards(model, target))
    extra = '"The relationship\'s own properties." edge: {}' if edge else ""
    return f'''
extend type {name} {{
  "Told of all of them, not only of this page."
  aggregate: {base}Aggregate!
  "All of them, not only this page, in groups that are alike in some ways."
  groupBy(
    "What the records of a group have in common; at most 5 keys."
    by: [{base}GroupBy!]!
    "Only groups that match."
    having: {base}Having
    "In this order; ties by the keys. The largest first, unless told."
    orderBy: [{base}GroupOrder!]
    "How many groups; 100 unless told, at most 1000."
    first: Int
  ): {base}Groups!
}}
"What is told of a set of {noun}."
type {base}Aggregate {{
  "How many there are."
  count: Int!
  {_lines(f"{each.name}: {_KINDS[each.kind]}Aggregate!" for each in own)}
  {extra.format(f"{edge.name}Aggregate!") if edge else ""}
}}
"Groups of {noun}."
type {base}Groups {{
  groups: [{base}Group!]!
  "Whether there are more groups than were asked for."
  hasMore: Boolean!
}}
"{noun} that have their keys in common."
type {base}Group {{
  "What they have in common; only what `by` names may be asked for."
  key: {base}GroupKey!
  "How many there are."
  count: Int!
  aggregate: {base}Aggregate!
}}
"What the {noun} of a group have in common; null where they have nothing there."
type {base}GroupKey {{
  {_lines(f"{each.name}: {each.enum or _KEY[each.kind]}" for each in _grouped(target.properties.values()))}
  "The record itself; only where its id is a key."
  node: {target.name}
  {_lines(f"{field}: {type_}GroupKey!" for field, type_ in onwards)}
  {extra.format(f"{edge.name}GroupKey!") if edge else ""}
}}
"What {noun} are grouped by. A record is in the group of each record that a path leads to."
input {base}GroupBy @oneOf {{
  {_lines(f"{each.name}: {_GROUPING.get(each.kind, 'Grouping')}" for each in _grouped(target.properties.values()))}
  {_lines(f"{field}: {type_}GroupBy" for field, type_ in onwards)}
  {extra.format(f"{edge.name}GroupBy") if edge else ""}
}}
"Conditions on groups of {noun}; all must hold."
input {base}Having {{
  count: CountCondition
  {_lines(f"{each.name}: {_HAVING[each.kind]}Having" for each in own)}
  {extra.format(f"{edge.name}Having") if edge else ""}
  "All of these hold."
  and: [{base}Having!]
  "One of these holds."
  or: [{base}Having!]
  "This does not hold."
  not: {base}Having
}}
"What groups of {noun} are ordered by."
input {base}GroupOrder @oneOf {{
  count: Sort
  "By all keys, the first one first."
  keys: Sort
  {_lines(f"{each.name}: {_ORDER[each.kind]}GroupOrder" for each in own)}
  {extra.format(f"{edge.name}GroupOrder") if edge else ""}
}}'''


def _onwards(model: Model, target: NodeType) -> Iterator[tuple[str, str]]:
    """The fields by which keys lead on, with what the types around each are called: relationships, or a union's members."""
    if target.is_union:
        yield from ((model.nodes[member].variable, member) for member in target.members)
    shown = (each for each in target.relationships.values() if each.target in model.nodes)
    yield from ((each.name, prefix(each.target, each.edge)) for each in shown)


def _of_edge(edge: EdgeType) -> str:
    own = list(_aggregated(edge.properties.values()))
    return f"""
"What is told of the relationships' own properties."
type {edge.name}Aggregate {{ {_lines(f"{each.name}: {_KINDS[each.kind]}Aggregate!" for each in own)} }}
"What the relationships of a group have in common."
type {edge.name}GroupKey {{
  {_lines(f"{each.name}: {each.enum or _KEY[each.kind]}" for each in _grouped(edge.properties.values()))}
}}
"The relationships' own properties that are grouped by."
input {edge.name}GroupBy @oneOf {{
  {_lines(f"{each.name}: {_GROUPING.get(each.kind, 'Grouping')}" for each in _grouped(edge.properties.values()))}
}}
"Conditions on the relationships' own properties; all must hold."
input {edge.name}Having {{ {_lines(f"{each.name}: {_HAVING[each.kind]}Having" for each in own)} }}
"What groups are ordered by, of the relationships' own properties."
input {edge.name}GroupOrder @oneOf {{ {_lines(f"{each.name}: {_ORDER[each.kind]}GroupOrder" for each in own)} }}"""


def _aggregated(properties: Iterable[Property]) -> Iterator[Property]:
    return (each for each in properties if each.kind in _KINDS and not each.is_list and not each.is_hidden)


def _grouped(properties: Iterable[Property]) -> Iterator[Property]:
    known = {Kind.ID, *_KINDS}
    return (each for each in properties if each.kind in known and not each.is_list and not each.is_hidden)


def _lines(fields: Iterable[str]) -> str:
    return "\n  ".join(fields)
