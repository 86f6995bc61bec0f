"""One open page, and everything it asked for and complained about."""

WIDE, NARROW = 1300, 390
HEIGHT = 900
TYPESET = "() => window.MathJax?.startup?.promise?.then(() => undefined)"
# What fades from one colour to another is judged when it has arrived.
SETTLED = """() => Promise.race([
  Promise.allSettled(document.getAnimations().map(animation => animation.finished)),
  new Promise(done => setTimeout(done, 1000)),
]).then(() => undefined)"""
OPEN_ALL = "() => document.querySelectorAll('details').forEach(details => { details.open = true })"
# The theme tells the keyboard which blocks scroll, a third of a second after the width changed.
RESIZED = "() => new Promise(done => setTimeout(done, 400))"


class Visit:
    """A page that was opened, and the record of its requests, failures and console.

    Attributes
    ----------
    page : playwright.sync_api.Page
        The page, loaded and with its equations set.
    name : str
        Its path below the site.
    requests, complaints : list of str
        Every address it asked for; every request that failed and every warning, error or exception.
    """

    def __init__(self, context, server, name):
        self.server, self.name = server, name
        self.requests, self.complaints = [], []
        self.page = page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("response", self._answer)
        page.on("console", self._message)
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.goto(server.address + name, wait_until="load")
        page.evaluate(TYPESET)

    def _answer(self, response):
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

    def _message(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    @property
    def elsewhere(self):
        """The addresses of other sites, and of other folders of this one, that were asked for."""
        local = (self.server.address, "data:", "blob:")
        return [address for address in self.requests if not address.startswith(local)]

    def look(self, width=WIDE, theme="light"):
        """Give the page a width and a theme, and wait until it has settled."""
        page = self.page
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        if page.viewport_size["width"] != width:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.evaluate(RESIZED)
        page.evaluate(SETTLED)
        return page

    def unfold(self):
        """Open everything that is folded away."""
        self.page.evaluate(OPEN_ALL)
        self.page.evaluate(RESIZED)
