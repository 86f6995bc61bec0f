"""Fixtures: the site's server, one browser for all tests, pages that keep a record."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser import tried as page_of
from tests.browser.server import PAGES, SITE, serving
from tests.browser.visit import Visit, reader


@pytest.fixture(scope="session", autouse=True)
def site():
    """The built site; without it there is nothing to open."""
    if not (SITE / "index.html").exists():
        pytest.skip("the site is not built; run make book")


def pytest_itemcollected(item):
    """Mark the tests of this folder that open the browser."""
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.needs("chromium"))


# Not for the session: Playwright keeps an event loop in its thread, which a notebook's test has to itself.
@pytest.fixture(scope="package")
def browser(site):
    """One Chromium for the tests of this folder."""
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(site):
    """The server; ``server.address`` is where the site begins."""
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def context(browser):
    """A reader's session: what one page stores, the next page of the file finds."""
    with reader(browser) as context:
        yield context


@pytest.fixture
def visit(context, server):
    """Open pages by name: ``visit("intro.html")`` is a `Visit`."""
    visits = []

    def open_page(name, **options):
        visits.append(Visit(context, server, name, **options))
        return visits[-1]

    yield open_page
    for visit in visits:
        visit.page.close()


@pytest.fixture(scope="module")
def tried(context, server):
    """A page that shows what it is given: ``tried(practice.complete("adam"))`` -> the locator of it.

    The same things are shown by the same page, which is loaded once.
    """
    visits = {}

    def show(*shown):
        content = page_of.chapter_with(*shown)
        if content not in visits:
            page_of.serve(context, content)
            visits[content] = Visit(context, server, page_of.NAME, equations=False)
            context.unroute_all()
        assert visits[content].complaints == []
        return visits[content].page.locator("article")

    yield show
    for visited in visits.values():
        visited.page.close()


@pytest.fixture(scope="module", params=PAGES or ["index.html"])
def opened(request, context, server):
    """One page after the other, each opened once for all tests of a file, with everything unfolded."""
    server.refused.clear()
    visit = Visit(context, server, request.param)
    visit.unfold()
    yield visit
    visit.page.close()
