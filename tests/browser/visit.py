"""One open page, and everything it asked for and complained about."""

from contextlib import contextmanager

WIDE, NARROW = 1300, 390
HEIGHT = 900
CHAPTER = "chapters/07-momentum.html"  # the one that stands for all
# Milliseconds. A busy machine may need many of them; a page that answers needs few, whatever this is.
PATIENCE = 60_000
TYPESET = "() => window.MathJax?.startup?.promise?.then(() => true) ?? true"
# What fades from one colour to another is judged when it has arrived.
ARRIVED = """() => document.getAnimations().forEach(each => {
  if (Number.isFinite(each.effect.getComputedTiming().endTime)) each.finish();
  else each.cancel();
})"""
OPEN_ALL = "() => document.querySelectorAll('details').forEach(details => { details.open = true })"
# The theme tells the keyboard which blocks scroll, a third of a second after it was told of the new width.
RESIZED = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true), 400))))"""


@contextmanager
def reader(browser, **options):
    """Open a session of a reader who comes for the first time, with nothing stored."""
    options = {"viewport": {"width": WIDE, "height": HEIGHT}, **options}
    with browser.new_context(**options) as context:
        context.set_default_timeout(PATIENCE)
        yield context


def until(page, script, argument=None):
    """Return what ``script`` gives or promises, as soon as it is true; unlike `evaluate` not for ever."""
    return page.wait_for_function(script, arg=argument, polling=10).json_value()


def look(page, width=WIDE, theme="light"):
    """Give ``page`` a width and a theme, and return it when it has settled."""
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    if page.viewport_size["width"] != width:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        until(page, RESIZED)
    page.evaluate(ARRIVED)
    return page


class Visit:
    """A page that was opened, and the record of its requests, failures and console.

    Without ``equations`` it opens in half the time. The server leaves them out: a page of which a request is
    intercepted finds nothing in the browser's cache.

    Attributes
    ----------
    page : playwright.sync_api.Page
        The page, loaded and with its equations set.
    address, name : str
        Where the site begins, and the page's path below it.
    requests, complaints : list of str
        Every address it asked for; every request that failed and every warning, error or exception.
    """

    def __init__(self, context, server, name, *, equations=True):
        self.address, self.name = server.address if equations else server.bare, name
        self.requests, self.complaints = [], []
        self.page = page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("response", self._answer)
        page.on("console", self._message)
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.goto(self.address + name, wait_until="load")
        until(page, TYPESET)

    def _answer(self, response):
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

    def _message(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    @property
    def elsewhere(self):
        """The addresses of other sites, and of other folders of this one, that were asked for."""
        local = (self.address, "data:", "blob:")
        return [address for address in self.requests if not address.startswith(local)]

    def look(self, width=WIDE, theme="light"):
        """Give the page a width and a theme; see `look`."""
        return look(self.page, width, theme)

    def unfold(self):
        """Open everything that is folded away."""
        self.page.evaluate(OPEN_ALL)
        until(self.page, RESIZED)
