"""Our own company: who works in it, in which team, under whom. The first users are the same in every world."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from graph.demo.frame import Frame, key
from graph.demo.material import CITIES
from graph.demo.party import Company
from graph.grants import ADMINISTRATOR
from graph.rows import Link, Natural, Record, Row

OWN_COMPANY = Company(
    key="own",
    name="Jade & Juniper Trading Ltd 翠柏茶咖",
    language="en",
    city=CITIES["GB"][0],
    street="14 Mincing Lane",
    domain="jade-juniper.example",
    phone="+44 20 7946 0014",
    employees=120,
)

# Teams by name, with the team that they are part of. Countries lead to the team that looks after them.
TEAMS = {
    "Sales": None,
    "Sales China 中国区": "Sales",
    "Sales UK & Europe": "Sales",
    "Sales North America": "Sales",
    "Key accounts China 大客户部": "Sales China 中国区",
    "Training & service 培训服务": "Sales",
    "Back office": None,
}
TEAM_OF_COUNTRY = {"CN": "Sales China 中国区", "GB": "Sales UK & Europe", "US": "Sales North America"}


@dataclass(frozen=True)
class Colleague:
    """One of our users; `login` is also its key."""

    login: str
    name: str
    title: str
    team: str
    manager: str | None
    role: str = "sales"

    def row(self, line: int) -> Row:
        links = [Link("teams", key("team", self.team)), Link("roles", Natural("Role", "code", self.role))]
        if self.manager:
            links.append(Link("manager", key("user", self.manager)))
        properties = {"login": self.login, "name": self.name, "title": self.title, "active": True}
        return Row("users", line, (Record("user", "User", key("user", self.login), properties, tuple(links)),))


_CHINA, _EUROPE, _AMERICA = TEAM_OF_COUNTRY.values()

COLLEAGUES = (
    Colleague("margaret.shaw", "Margaret Shaw", "Sales director", "Sales", None, "manager"),
    Colleague("lin.qiaoyun", "林巧云", "中国区销售总监", _CHINA, "margaret.shaw", "manager"),
    Colleague("oliver.bennett", "Oliver Bennett", "Head of sales, UK & Europe", _EUROPE, "margaret.shaw", "manager"),
    Colleague("dana.whitfield", "Dana Whitfield", "Head of sales, North America", _AMERICA, "margaret.shaw", "manager"),
    Colleague("zhao.mingyuan", "赵明远", "大客户经理", "Key accounts China 大客户部", "lin.qiaoyun"),
    Colleague("grace.liu", "Grace Liu", "Account manager", _EUROPE, "oliver.bennett"),
    Colleague("chen.siyu", "陈思雨", "客户经理", _CHINA, "lin.qiaoyun"),
    Colleague("tom.okafor", "Tom Okafor", "Account manager", _AMERICA, "dana.whitfield"),
    Colleague("sun.haoran", "孙浩然", "客户经理", _CHINA, "zhao.mingyuan"),
    Colleague("priya.nair", "Priya Nair", "Account manager", _EUROPE, "oliver.bennett"),
    Colleague("elena.cruz", "Elena Cruz", "Account manager", _AMERICA, "dana.whitfield"),
    Colleague(
        "felix.arden", "Felix Arden", "Barista trainer", "Training & service 培训服务", "margaret.shaw", "service"
    ),
)

# Who looks after no customers; so everybody that comes later has the same customers in a world with or without them.
OFFICE = (
    Colleague("ada.lindqvist", "Ada Lindqvist", "Head of IT", "Back office", "margaret.shaw", ADMINISTRATOR),
    Colleague("rosa.delgado", "Rosa Delgado", "Marketing manager", "Back office", "margaret.shaw", "marketing"),
    Colleague("he.jingwen", "何静文", "数据分析师", "Back office", "ada.lindqvist", "analyst"),
    Colleague("ingrid.moe", "Ingrid Moe", "Internal auditor", "Back office", None, "auditor"),
    Colleague("web.shop", "Web shop", "Data exchange", "Back office", "ada.lindqvist", "integration"),
)


@dataclass(frozen=True, eq=False)
class Staff:
    """Everybody who works for us, and who of them looks after whom."""

    frame: Frame

    @cached_property
    def colleagues(self) -> tuple[Colleague, ...]:
        added = (self._hired(number) for number in range(self.frame.size.users - len(COLLEAGUES)))
        return (*COLLEAGUES, *added, *OFFICE)

    @cached_property
    def _sellers(self) -> dict[str, tuple[list[Colleague], list[float]]]:
        """Who looks after a country's customers, and how the load adds up: a few have most."""
        found = {}
        for country, team in TEAM_OF_COUNTRY.items():
            teams = {team, *(below for below, above in TEAMS.items() if above == team)}
            members = [one for one in self.colleagues if one.team in teams and one.manager != "margaret.shaw"]
            found[country] = (members, list(accumulate(1 / (place + 1) for place in range(len(members)))))
        return found

    def owner(self, country: str, number: str) -> str:
        """Who looks after the customer with this number."""
        members, weights = self._sellers[country]
        return self.frame.dice("owner", number).choices(members, cum_weights=weights)[0].login

    @cached_property
    def by_login(self) -> dict[str, Colleague]:
        return {one.login: one for one in self.colleagues}

    def substitute(self, country: str, dice: random.Random) -> str:
        """Somebody of the same team who does not look after the customer."""
        return dice.choice(self._sellers[country][0]).login

    def rows(self) -> Iterator[Row]:
        for line, (team, parent) in enumerate(TEAMS.items(), 1):
            links = (Link("parent", key("team", parent)),) if parent else ()
            yield Row("teams", line, (Record("team", "Team", key("team", team), {"name": team}, links),))
        for line, colleague in enumerate(self.colleagues, 1):
            yield colleague.row(line)

    def _hired(self, number: int) -> Colleague:
        country = ("CN", "GB", "US", "CN")[number % 4]
        dice, chinese = self.frame.dice("user", number), country == "CN"
        language = "zh" if chinese else "en"
        given = dice.choice(self.frame.material.given[language, dice.choice(("female", "male"))])
        family = dice.choice(self.frame.material.family[language])
        latin = f"{self.frame.pinyin(family)}.{self.frame.pinyin(given)}" if chinese else f"{given}.{family}".lower()
        return Colleague(
            login=f"{latin}{number + 1}",
            name=family + given if chinese else f"{given} {family}",
            title="客户经理" if chinese else "Account manager",
            team=TEAM_OF_COUNTRY[country],
            manager={"CN": "lin.qiaoyun", "GB": "oliver.bennett", "US": "dana.whitfield"}[country],
        )


@lru_cache
def staff(frame: Frame) -> Staff:
    return Staff(frame)
