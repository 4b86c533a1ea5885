"""A real browser for the tests of the pages. Whatever it complains of fails the test that made it."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from graph.address import Address
from tests.browser.chromium import NoChromiumError, find_chromium
from tests.serving import serving
from tests.tiny_world import hold_tiny_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

# Patient, for a machine that has other work; a page that works is never waited for.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# The Explorer says this of an argument that is a list of input objects, such as `orderBy: [{name: ASC}]`, which it cannot
# unfold; it shows all else.
KNOWN = "arg mismatch between arg and selection"

# A page tells of what its policy refused, whichever part of the page it was that tried.
TELL_OF_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  tellOfViolation(`${event.effectiveDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
});
"""


@pytest.fixture(scope="session")
def server_url(neo4j_address: Address) -> Iterator[str]:
    """Guanxi with a demo world, as somebody finds it at the first visit."""
    with serving(neo4j_address, hold=hold_tiny_world) as url:
        yield url


@dataclass
class Watch:
    """What pages did that no page of ours may do."""

    found: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext, server_url: str) -> None:
        def hear(message: ConsoleMessage) -> None:
            if message.type == "error" and not message.text.startswith(KNOWN):
                self.found.append(f"console: {message.text}")

        def see(request: Request) -> None:
            if not request.url.startswith((f"{server_url}/", "data:")):
                self.found.append(f"foreign request: {request.url}")

        context.expose_function("tellOfViolation", lambda text: self.found.append(f"policy: {text}"))
        context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("console", hear)
        context.on("weberror", lambda error: self.found.append(f"error: {error.error}"))
        context.on("request", see)


# The browser belongs to this folder alone, since no other test could run an event loop while it is open.
# The server is asked for first, for the same reason.
@pytest.fixture(scope="package")
def browser(server_url: str) -> Iterator[Browser]:
    try:
        path = find_chromium()
    except NoChromiumError as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def watch() -> Watch:
    return Watch()


# Most tests share a profile, since GraphiQL's four megabytes are slow to fetch and compile.
@pytest.fixture(scope="package")
def profile(browser: Browser, server_url: str, watch: Watch) -> Iterator[BrowserContext]:
    with new_profile(browser, watch, {"base_url": server_url}) as made:
        yield made


@pytest.fixture(scope="package")
def forget(profile: BrowserContext, server_url: str) -> Callable[[], None]:
    """Empties the shared profile's storage. No page may be open, for GraphiQL stores its tabs half a second late."""
    session = profile.new_cdp_session(profile.new_page())

    def emptied() -> None:
        session.send("Storage.clearDataForOrigin", {"origin": server_url, "storageTypes": "local_storage"})

    return emptied


@pytest.fixture
def open_page(
    browser: Browser, server_url: str, watch: Watch, profile: BrowserContext, forget: Callable[[], None]
) -> Iterator[Callable[..., Page]]:
    """Opens a page, in a profile of its own if it has options; at the test's end every page must be without fault."""
    watch.found.clear()
    with ExitStack() as stack:
        stack.callback(forget)

        def opened(path: str, **options: object) -> Page:
            used = profile
            if options:
                used = stack.enter_context(new_profile(browser, watch, {"base_url": server_url, **options}))
            page = used.new_page()
            stack.callback(page.close)
            page.goto(path)
            return page

        yield opened

    assert watch.found == []


@contextmanager
def new_profile(browser: Browser, watch: Watch, options: Mapping[str, Any]) -> Iterator[BrowserContext]:
    context = browser.new_context(**{"locale": "en-US", "reduced_motion": "reduce", **options})
    context.set_default_timeout(PATIENCE)
    watch.attach(context, options["base_url"])
    yield context
    context.close()
