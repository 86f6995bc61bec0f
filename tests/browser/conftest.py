"""Fixtures: the site's server, one browser for all tests, pages that keep a record."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.server import PAGES, SITE, serving
from tests.browser.visit import Visit, reader


@pytest.fixture(scope="session", autouse=True)
def site():
    """The built site; without it there is nothing to open."""
    if not (SITE / "index.html").exists():
        pytest.skip("the site is not built; run make book")


def started(playwright):
    """Start the browser; where there is none, skip with what to do, or fail where nothing may be left out."""
    browser = chromium.launch(playwright)
    if browser is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(chromium.HOW)
    return browser


# Not for the session: Playwright keeps an event loop in its thread, which a notebook's test has to itself.
@pytest.fixture(scope="package")
def browser(site):
    """One Chromium for the tests of this folder."""
    with sync_playwright() as playwright:
        browser = started(playwright)
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


@pytest.fixture(scope="module", params=PAGES or ["index.html"])
def opened(request, context, server):
    """One page after the other, each opened once for all tests of a file, with everything unfolded."""
    server.refused.clear()
    visit = Visit(context, server, request.param)
    visit.unfold()
    yield visit
    visit.page.close()
