"""The worked examples that GraphiQL and the landing page open with."""

from __future__ import annotations

from web.browser import Bilingual, Tab
from web.live import Live

_HEADLINE = """\
# People who work at companies that bought a product: one request, one Cypher statement.
query WhoWorksWhereItWasBought($product: String!) {
  contacts(
    where: {employers: {some: {customers: {some: {bought: {some: {name: {eq: $product}}}}}}}}
    orderBy: [{name: ASC}]
    first: 20
  ) {
    totalCount
    nodes {
      name
      employers { edges { title node { name } } }
    }
  }
}
"""


async def example_tabs(live: Live) -> list[Tab]:
    """The examples, with values that this database has."""
    return [
        Tab(
            Bilingual("Who works at companies that bought a product?", "谁在买过某产品的公司工作？"),
            _HEADLINE,
            {"product": "Jasmine Pearl Tea"},
        )
    ]
