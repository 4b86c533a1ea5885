"""The settings of what may be asked, and how much of it. Each is documented in docs/operating.md, and told in docs/limits.md."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from graph.reader import DocumentMode
from resolvers.request import LIMITS
from resolvers.subscription import Bounds
from resolvers.throttle import Rates
from resolvers.turns import Room
from web.allowance import Allowance


class LimitSettings(BaseSettings):
    """What one request may be, what a caller may spend, how many are answered at once, what a WebSocket may take."""

    max_tokens: int = Field(4_000, gt=0, description="Tokens of a document.")
    max_depth: int = Field(12, gt=0, description="How many records deep a selection may be.")
    max_filter_depth: int = Field(12, gt=0, description="How deep a filter or an order may be nested.")
    max_root_fields: int = Field(50, gt=0, description="Root fields of an operation.")
    max_aliases: int = Field(200, ge=0, description="Aliases in a document.")
    max_directives: int = Field(200, ge=0, description="Directives in a document.")
    max_directives_at_once: int = Field(10, ge=0, description="Directives at one place of a document.")
    max_selections: int = Field(
        2_000, gt=0, description="Selected fields of an operation, with its fragments in their places."
    )
    max_fragments: int = Field(100, ge=0, description="Fragments of a document.")
    max_comparisons: int = Field(10_000, ge=0, description="Pairs of fields that select the same in one place.")
    max_errors: int = Field(20, gt=0, description="Mistakes that are told at once.")
    max_page: int = Field(200, gt=0, description="Records of one page.")
    max_records: int = Field(1_000_000, gt=0, description="Records that one request may read, by its pages multiplied.")
    max_variables: int = Field(50_000, gt=0, description="Values in the variables of a request.")
    max_variable_depth: int = Field(64, gt=0, description="How deep the variables may be nested.")

    cost: int = Field(1_000_000, gt=0, description="Points that a caller has, one for each record that it reads.")
    cost_per_second: int = Field(20_000, gt=0, description="Points that come back every second.")
    untrusted_share: float = Field(
        0.25, gt=0, le=1, description="Share of the points for other documents, where trusted ones are preferred."
    )
    new_shapes: int = Field(300, gt=0, description="Questions of new kinds that a caller may ask.")
    new_shapes_per_second: float = Field(
        2.0, gt=0, allow_inf_nan=False, description="Questions of new kinds that come back every second."
    )
    limit_administrator: bool = Field(
        False, description="Whether who need not sign in, as the built-in administrator, pays as others do."
    )

    statements: int = Field(64, gt=0, description="Statements that run at once.")
    statements_of_one: int = Field(48, gt=0, description="Of these, how many may be one caller's.")
    waiting: int = Field(1_000, ge=0, description="Statements that wait for their turn.")
    waiting_of_one: int = Field(250, ge=0, description="Of these, how many may be one caller's.")

    connections: int = Field(5_000, gt=0, description="WebSockets and event streams that are open at once.")
    connections_of_one: int = Field(200, gt=0, description="Of these, how many may be one caller's.")
    subscriptions: int = Field(20_000, gt=0, description="Subscriptions of the server.")
    subscriptions_of_one: int = Field(1_000, gt=0, description="Of these, how many may be one caller's.")
    operations: int = Field(100, gt=0, description="Operations of one WebSocket at a time.")
    message_limit: int = Field(1_000_000, gt=0, description="Largest message over a WebSocket, in bytes.")
    init_timeout: float = Field(
        10.0, gt=0, allow_inf_nan=False, description="Seconds within which a WebSocket must be initialised."
    )
    idle_timeout: float = Field(
        300.0, gt=0, allow_inf_nan=False, description="Seconds after which a WebSocket without an operation is closed."
    )
    ping_interval: float = Field(
        20.0, gt=0, allow_inf_nan=False, description="Seconds between pings; who does not answer one is disconnected."
    )

    documents: DocumentMode = Field(
        DocumentMode.OFF, description="Which documents are answered: OFF, PREFER or ENFORCE trusted ones."
    )
    introspection: bool = Field(True, description="Whether the schema can be asked for.")

    def set_limits(self) -> None:
        """Make them hold for what one request may ask for, in the whole process."""
        LIMITS.set(
            tokens=self.max_tokens,
            depth=self.max_depth,
            filter_depth=self.max_filter_depth,
            root_fields=self.max_root_fields,
            aliases=self.max_aliases,
            directives=self.max_directives,
            directives_at_once=self.max_directives_at_once,
            selections=self.max_selections,
            fragments=self.max_fragments,
            comparisons=self.max_comparisons,
            errors=self.max_errors,
            page=self.max_page,
            default_page=min(25, self.max_page),
            records=self.max_records,
            variables=self.max_variables,
            variable_depth=self.max_variable_depth,
        )

    @property
    def spending(self) -> Rates:
        return Rates(
            self.cost,
            self.cost_per_second,
            self.untrusted_share,
            self.new_shapes,
            self.new_shapes_per_second,
            self.limit_administrator,
        )

    @property
    def room(self) -> Room:
        return Room(self.statements, self.statements_of_one, self.waiting, self.waiting_of_one)

    @property
    def bounds(self) -> Bounds:
        return Bounds(subscriptions=self.subscriptions, subscriptions_of_one=self.subscriptions_of_one)

    @property
    def allowance(self) -> Allowance:
        return Allowance(
            init=self.init_timeout,
            idle=self.idle_timeout,
            operations=self.operations,
            connections=self.connections,
            connections_of_one=self.connections_of_one,
        )
