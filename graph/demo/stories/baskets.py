"""Which product is bought with which? Nobody buys the grinder without the espresso machine; the descaler some do."""

from __future__ import annotations

from collections.abc import Iterator

from graph.demo.catalogue import DESCALER, GRINDER, MACHINE
from graph.demo.frame import Frame
from graph.demo.material import CITIES
from graph.demo.stories.telling import Entry, account, firm, job, order, somebody


def tell(frame: Frame) -> Iterator[Entry]:
    cafe = firm(7, "foxglove-cafes", "Foxglove Cafés LLC", CITIES["US"][7], 34, "88 Alder Street")
    office = firm(8, "qinghe-keji", "深圳青禾智能科技有限公司", CITIES["CN"][2], 420, "科技园路9号")
    studio = firm(9, "plumline", "Plumline Architects LLP", CITIES["GB"][4], 28, "5 Thistle Row")
    yield from (cafe, office, studio)
    yield somebody(
        7, ("Nora", "Foxglove"), "female", "nora.foxglove", (job(frame, cafe, "Owner", 1_500),), country="US"
    )
    yield somebody(8, ("晓棠", "程"), "female", "cheng.xiaotang", (job(frame, office, "行政总监", 900),), country="CN")
    yield somebody(9, ("Alasdair", "Plum"), "male", "alasdair.plum", (job(frame, studio, "Partner", 2_000),))
    buyers = (
        account(frame, "US-90003", cafe, "tom.okafor", "ACTIVE"),
        account(frame, "CN-90004", office, "zhao.mingyuan", "LOYAL", tier="HIGH"),
        account(frame, "GB-90005", studio, "priya.nair", "ACTIVE"),
    )
    yield from buyers
    for customer in buyers[1:]:
        yield order(frame, customer, 1, 500, (MACHINE, 1), (GRINDER, 1))
    # The one who takes the descaler alone has a machine of another make.
    yield order(frame, buyers[0], 1, 60, (DESCALER, 4))
