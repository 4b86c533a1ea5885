"""Activities of the demo world, and the rows that they become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from graph.demo.frame import key
from graph.rows import Key, Link, Record, Row

# Kinds that take time, and how many minutes on average.
MINUTES = {"Call": 12, "Meeting": 50}
_ENDING = {"Visit": 120, "Demo": 60, "Training": 180, "Event": 300, "Trial": 14 * 24 * 60}


@dataclass(frozen=True)
class Happening:
    """Something that happened, or is to happen. `about` are keys of any records beside the customer's."""

    key: str
    kind: str
    at: datetime
    subject: str
    body: str
    account: str | None
    user: str
    people: tuple[str, ...] = ()
    about: tuple[Key, ...] = ()
    status: str | None = None
    is_private: bool = False
    is_inbound: bool = False
    outcome: str | None = None
    purpose: str | None = None
    minutes: int = 0
    due_at: datetime | None = None
    priority: str | None = None
    reply_to: str | None = None

    def row(self, line: int) -> Row:
        properties = {
            "at": self.at,
            "subject": self.subject,
            "body": self.body,
            "status": self.status,
            "outcome": self.outcome,
            "purpose": self.purpose,
            "private": self.is_private or None,
            "direction": self._direction,
        }
        if self.kind in MINUTES:
            properties["durationSec"] = (self.minutes or MINUTES[self.kind]) * 60
        if self.kind in _ENDING:
            properties["endAt"] = self.at + timedelta(minutes=_ENDING[self.kind])
        if self.kind == "Email":
            properties["messageId"] = f"<{self.key}@mail.demo.example>"
        if self.kind == "Task":
            properties |= {"dueAt": self.due_at, "priority": self.priority}
        record = Record("activity", self.kind, key("activity", self.key), properties, tuple(self._links()))
        return Row("activities", line, (record,))

    @property
    def _direction(self) -> str | None:
        if self.kind not in ("Call", "Email", "Sms", "Chat"):
            return None
        return "INBOUND" if self.is_inbound else "OUTBOUND"

    def _links(self) -> list[Link]:
        came = {"role": "attendee", "status": "ATTENDED" if self.status in (None, "DONE") else "INVITED"}
        links = [Link("participants", key("user", self.user), came | {"role": "host"})]
        links += [Link("participants", key("contact", person), came) for person in self.people]
        if self.account:
            links.append(Link("about", key("customer", self.account)))
        links += [Link("about", one) for one in self.about]
        if self.kind == "Task":
            links.append(Link("assignee", key("user", self.user)))
        if self.reply_to:
            links.append(Link("replyTo", key("activity", self.reply_to)))
        return links
