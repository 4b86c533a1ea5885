"""Companies and people of the demo world, and the rows that they become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from graph.demo.frame import key
from graph.demo.material import City
from graph.rows import Link, Record, Row
from graph.values import Place

# From how many people on a company is in the next larger band.
_BANDS = ((10, "1-9"), (50, "10-49"), (250, "50-249"), (1_000, "250-999"))


@dataclass(frozen=True)
class Company:
    """An organisation. `key` is what the demo knows it by; `parent` names another company's key and the share held."""

    key: str
    name: str
    language: str
    city: City
    street: str
    domain: str
    phone: str
    employees: int
    uscc: str | None = None
    vat: str | None = None
    parent: tuple[str, float] | None = None
    owner: str | None = None

    def row(self, line: int) -> Row:
        phone = Record("phone", "PhoneNumber", "value", {"value": self.phone, "raw": self.phone}, is_shared=True)
        links = [
            Link("emails", "email", {"label": "work", "primary": True}),
            Link("phones", "phone", {"label": "work", "primary": True}),
            Link("addresses", "address", {"kind": "office"}),
        ]
        if self.parent:
            links.append(Link("parent", key("company", self.parent[0]), {"sharePct": self.parent[1]}))
        if self.owner:
            links.append(Link("owner", key("user", self.owner)))
        properties = {
            "name": self.name,
            "uscc": self.uscc,
            "vat": self.vat,
            "employees": self.employees,
            "sizeBand": size_band(self.employees),
            "website": f"https://www.{self.domain}",
            "status": "active",
        }
        company = Record(
            "company", "Company", key("company", self.key), properties, tuple(links), country=self.city.country
        )
        desk = {"value": f"info@{self.domain}", "shared": True}
        email = Record("email", "EmailAddress", "value", desk, is_shared=True)
        return Row("companies", line, (company, email, phone, _address(self.city, self.street)))


@dataclass(frozen=True)
class Job:
    """A job at a company, which `company` names by its key; without `until` it lasts."""

    company: str
    title: str | None
    department: str | None
    since: date
    until: date | None = None

    def link(self) -> Link:
        properties = {
            "title": self.title,
            "department": self.department,
            "since": self.since,
            "until": self.until,
            "isPrimary": self.until is None,
        }
        return Link("employments", key("company", self.company), properties)


@dataclass(frozen=True)
class Tie:
    """A relationship to another person, who is in the world already; `kind` is the field of Contact."""

    kind: str
    person: str
    properties: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Person:
    """Somebody outside our company. `home` is given for private customers alone."""

    key: str
    given: str
    family: str
    language: str
    gender: str
    email: str
    phone: str
    jobs: tuple[Job, ...] = ()
    ties: tuple[Tie, ...] = ()
    home: tuple[City, str] | None = None
    owner: str | None = None
    channel: str | None = None
    birth: date | None = None

    @property
    def name(self) -> str:
        return self.family + self.given if self.language == "zh" else f"{self.given} {self.family}"

    @property
    def greeting(self) -> str:
        """How a letter addresses this person."""
        if self.language == "zh":
            return f"{self.family}{'女士' if self.gender == 'female' else '先生'}"
        return self.given

    def row(self, line: int) -> Row:
        label = "home" if self.home else "work"
        links = [
            Link("emails", "email", {"label": label, "primary": True}),
            Link("phones", "phone", {"label": "mobile", "primary": True}),
            *(job.link() for job in self.jobs),
            *(Link(tie.kind, key("contact", tie.person), dict(tie.properties)) for tie in self.ties),
        ]
        if self.home:
            links.append(Link("addresses", "address", {"kind": "home"}))
        if self.owner:
            links.append(Link("owner", key("user", self.owner)))
        properties = {
            "name": self.name,
            "given": self.given,
            "family": self.family,
            "gender": self.gender,
            "birthDate": self.birth,
            "language": "zh-CN" if self.language == "zh" else "en",
            "preferredChannel": self.channel,
        }
        records = [
            Record("contact", "Contact", key("contact", self.key), properties, tuple(links)),
            Record("email", "EmailAddress", "value", {"value": self.email}, is_shared=True),
            Record("phone", "PhoneNumber", "value", {"value": self.phone, "raw": self.phone}, is_shared=True),
        ]
        if self.home:
            records.append(_address(*self.home))
        return Row("contacts", line, tuple(records))


def size_band(employees: int) -> str:
    return next((band for below, band in _BANDS if employees < below), "1000+")


def knows(person: str, strength: float, source: str) -> Tie:
    return Tie("knows", person, (("strength", strength), ("source", source)))


def influences(person: str, weight: float) -> Tie:
    return Tie("influences", person, (("weight", weight),))


def referred_by(person: str, at: datetime, reward_state: str) -> Tie:
    return Tie("referredBy", person, (("at", at), ("rewardState", reward_state)))


def _address(city: City, street: str) -> Record:
    properties = {
        "lines": f"{city.name}市\n{street}" if city.country == "CN" else f"{street}\n{city.name}",
        "postcode": city.postcode,
        "country": city.country,
        "location": Place(city.latitude, city.longitude),
    }
    return Record("address", "Address", "hash", properties, is_shared=True, country=city.country)
