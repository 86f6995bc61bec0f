"""A plain static server, with the site in a folder below its root, as on a course's web space."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path("_build/html").resolve()
FOLDER = "/some/course/"
BARE = "/without/equations/"  # the same site, where MathJax is an empty script: a page opens in half the time
MATHJAX = "mathjax/tex-mml-chtml.js"
PAGES = sorted(
    name
    for name in (path.relative_to(SITE).as_posix() for path in SITE.glob("**/*.html"))
    if not name.startswith("_static/") and name != "index.html"  # which only forwards
)
LIVE = [name for name in PAGES if "<descent-figure" in (SITE / name).read_text(encoding="utf-8")]
ICON = "/favicon.ico"  # browsers ask for it where a page names no icon, a notebook for instance


class Handler(SimpleHTTPRequestHandler):
    """Serves the site below `FOLDER` and writes down what it could not serve."""

    # Servers that know neither send them so. Only .js must be known to a server: browsers insist on it.
    UNKNOWN = dict.fromkeys((".wasm", ".mjs"), "application/octet-stream")
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **UNKNOWN}

    def end_headers(self):
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def do_GET(self):
        if not self.path.startswith(BARE) or MATHJAX not in self.path:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def translate_path(self, path):
        for folder in (FOLDER, BARE):
            if path.startswith(folder):
                return super().translate_path("/" + path.removeprefix(folder))
        return str(Path(self.directory, "no such file"))

    def log_message(self, *arguments):
        pass

    def send_error(self, code, *arguments):
        if self.path != ICON:
            self.server.refused.append((code, self.path))
        super().send_error(code, *arguments)


class Server(ThreadingHTTPServer):
    """A site's server; ``refused`` lists what was asked for and is not there.

    Attributes
    ----------
    address, bare : str
        Where the site begins, and where it begins without its equations.
    """

    daemon_threads = True
    request_queue_size = 128  # a browser asks for many files at once, and a busy machine is late to answer

    def __init__(self, site):
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=str(site)))
        self.refused = []
        self.address, self.bare = (f"http://127.0.0.1:{self.server_port}{each}" for each in (FOLDER, BARE))

    def handle_error(self, request, client_address):
        """Say nothing of a browser that closes a connection when its page is left."""


@contextmanager
def serving(site=SITE):
    """Serve a site, the built one, while the block runs."""
    with Server(site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
