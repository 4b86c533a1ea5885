"""What happened between people, and what is to happen."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

import strawberry

from graph.model import TYPE_NAME, Computed, Part
from schema.declare import interface, node, related, relationship, stored, union
from schema.record import Node

if TYPE_CHECKING:
    from schema.people import User


@strawberry.enum(description="How far an activity has come.")
class ActivityStatus(Enum):
    PLANNED = "PLANNED"
    OPEN = "OPEN"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


@strawberry.enum(description="Who reached out to whom.")
class ActivityDirection(Enum):
    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"


@strawberry.enum(description="What an activity was; each kind is a type of its own.")
class ActivityKind(Enum):
    CALL = "CALL"
    EMAIL = "EMAIL"
    MEETING = "MEETING"
    SMS = "SMS"
    CHAT = "CHAT"
    VISIT = "VISIT"
    DEMO = "DEMO"
    TRIAL = "TRIAL"
    TRAINING = "TRAINING"
    EVENT = "EVENT"
    NOTE = "NOTE"
    TASK = "TASK"


@relationship
class Participation:
    """How somebody took part in an activity."""

    role: str | None = stored(longest=100)
    status: str | None = stored("INVITED, ATTENDED, NO_SHOW, …", longest=100)
    response: str | None = stored(longest=1_000)


@union("Contact", "User")
class Participant:
    """Who may take part in an activity."""


@union("Customer", "Company", "Contact", "Order", "Product")
class Subject:
    """What an activity may be about."""


@interface(texts=("subject", "body"), id_prefix="activity", plural="activities")
class Activity(Node):
    """Something that happened between people, or is to happen."""

    kind: ActivityKind | None = stored(computed=Computed((Part(TYPE_NAME, str.upper),)))
    at: datetime | None = stored("When it starts.", required=True, indexed=True)
    end_at: datetime | None
    subject: str | None = stored(personal=True, longest=1_000)
    body: str | None = stored(personal=True, longest=100_000)
    purpose: str | None = stored(longest=500)
    direction: ActivityDirection | None
    outcome: str | None = stored(longest=1_000)
    status: ActivityStatus | None = stored("DONE, if it lies in the past and nothing else was said.")
    message_id: str | None = stored("The message's own id, for what came by e-mail or chat.", unique=True, longest=998)
    private: bool | None = stored("Whether only those who took part may see it.")
    participants: list[Participant] = related("<-[:PARTICIPATED_IN]-", edge=Participation)
    about: list[Subject] = related("-[:ABOUT]->", description="The records that it is about.")
    reply_to: Activity | None = related("-[:REPLY_TO]->")
    replies: list[Activity] = related("<-[:REPLY_TO]-")


@node()
class Call(Activity):
    """A telephone call."""

    duration_sec: int | None = stored("In seconds.", minimum=0)


@node()
class Email(Activity):
    """An e-mail message."""


@node()
class Meeting(Activity):
    """A meeting."""

    duration_sec: int | None = stored("In seconds.", minimum=0)


@node()
class Sms(Activity):
    """A short message."""


@node()
class Chat(Activity):
    """A conversation by chat."""


@node()
class Visit(Activity):
    """A visit on site."""


@node()
class Demo(Activity):
    """A demonstration of a product."""


@node()
class Trial(Activity):
    """A product on trial."""


@node()
class Training(Activity):
    """A training."""


@node()
class Event(Activity):
    """A fair, a conference, an evening."""


@node()
class Note(Activity):
    """Something written down."""


@node()
class Task(Activity):
    """Something to do."""

    status: ActivityStatus | None = stored(indexed=True)
    due_at: datetime | None = stored(indexed=True)
    priority: str | None
    assignee: User | None = related("-[:ASSIGNED_TO]->")
