"""The worked examples that GraphiQL and the landing page open with: questions of the demo world (docs/demo.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graph.errors import GuanxiError
from graph.reader import Reader
from resolvers.question import Question
from web.browser import Bilingual, Tab
from web.live import Live

QUERIES = Path(__file__).parent.parent / "examples" / "graphql"


@dataclass(frozen=True)
class Example:
    """A file of examples/graphql, and the question that it answers.

    The first is the README's own; the first three are on the landing page.
    """

    file: str
    en: str
    zh: str


EXAMPLES = (
    Example(
        "who_works_where_it_was_bought", "Who works at companies that bought a product?", "谁在买过某产品的公司工作？"
    ),
    Example("also_bought", "What goes with the espresso machine?", "买意式咖啡机的客户还买什么？"),
    Example("key_influencers", "Whose word counts at Lanternworks Robotics?", "在 Lanternworks Robotics 谁说了算？"),
    Example("customer_nested", "What do we know about our customers?", "我们对客户了解多少？"),
    Example("related_filter", "Which customers wait for a call?", "哪些客户在等电话？"),
    Example("rare_product", "Who has the rare one?", "谁有那款稀有的茶？"),
    Example("referral_tree", "Who brought whom?", "谁介绍了谁？"),
    Example("similar_companies", "Who is like whom?", "哪些公司彼此相似？"),
    Example("buying_journey", "Why did they leave?", "他们为什么离开？"),
    Example("untouched_customers", "Whom did we forget?", "我们忘了谁？"),
    Example("sales_by_season", "When is what bought?", "什么季节卖什么？"),
    Example("who_is_calling", "Who is calling?", "谁来电？"),
    Example("path_between", "What lies between them?", "他们之间隔着什么？"),
    Example("introduction_path", "Who can introduce us?", "谁能为我们引荐？"),
)

_IDS = Question(
    '{users(where: {login: {eq: "grace.liu"}}, first: 1) {nodes {id}} '
    'contacts(where: {name: {eq: "Amelia Thornbury"}}, first: 1) {nodes {id}}}'
)


async def example_tabs(live: Live, reader: Reader) -> list[Tab]:
    """The examples, with ids and times that this database has. Ids differ from one world to the next."""
    ids = await _ids(live, reader)
    since = (datetime.now(UTC) - timedelta(days=90)).replace(hour=0, minute=0, second=0, microsecond=0)
    variables = {
        "untouched_customers": {"since": since.isoformat().replace("+00:00", "Z")},
        "introduction_path": ids,
        "path_between": ids,
        "who_is_calling": {"text": "茉莉"},
    }
    return [Tab(Bilingual(each.en, each.zh), query_of(each), variables.get(each.file, {})) for each in EXAMPLES]


def query_of(example: Example) -> str:
    return (QUERIES / f"{example.file}.graphql").read_text(encoding="utf-8")


async def _ids(live: Live, reader: Reader) -> dict[str, str]:
    try:
        answer = await live.answerer.answer(_IDS, reader)
    except GuanxiError:
        return {}
    data = answer.data or {}
    found = {"userId": data.get("users"), "contactId": data.get("contacts")}
    return {name: each["nodes"][0]["id"] for name, each in found.items() if each and each["nodes"]}
