"""The desk's server: for this machine only, and for whoever knows the address that the terminal shows.

Every page on the web that the instructor has open can send requests to a server on this machine, and so can
every other user of it. What is sent must therefore carry the token in its path; it must name this address as
its host, or it came by a name that somebody made point here (DNS rebinding); and what changes something must
come from a page of this server. No path is looked up in the file system.
"""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from exercises.grading.course import written
from exercises.grading.desk.pile import Pile
from exercises.grading.desk.sheet import Changed, Verdict
from exercises.grading.pages import desk_page
from exercises.grading.texts import worded

__all__ = ["Desk"]

HERE = "127.0.0.1"
LARGEST = 100_000  # bytes that a form may have
LONGEST = 4_000  # characters of a comment
PATH = re.compile(r"/([A-Za-z0-9_-]{43})(/(?:answer/(\d{1,7})|end|finish|desk\.js)?)")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": desk_page.POLICY + "; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Refusal(Exception):
    """A request that is not answered; the status says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Desk(ThreadingHTTPServer):
    """The server of a pile; ``address`` is where a browser begins.

    Port 0 is any that is free.
    """

    daemon_threads = True

    def __init__(self, pile: Pile, port: int = 0) -> None:
        self.pile, self.token = pile, secrets.token_urlsafe(32)
        self.open, self.writing = True, threading.Lock()
        super().__init__((HERE, port), Handler)
        self.host = f"{HERE}:{self.server_port}"
        self.address = f"http://{self.host}/{self.token}/"

    def serve(self) -> None:
        """Answer until the instructor finishes, in the page or with Ctrl+C; no mark is stored afterwards."""
        try:
            self.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            pass
        finally:
            with self.writing:
                self.open = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that closes a connection when its page is left."""


class Handler(BaseHTTPRequestHandler):
    """Answers one request and closes the connection."""

    server: Desk
    timeout = 10  # seconds that a client may be silent

    def do_GET(self) -> None:
        """Show a page; nothing changes."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """Store what a form says, and lead on."""
        self._answer(self._post)

    def _answer(self, method: object) -> None:
        try:
            method(*self._checked())  # type: ignore[operator]
        except Refusal as refusal:
            self._send(refusal.status.phrase, refusal.status, "text/plain")
        except written.MergeError as error:
            self._send(str(error), HTTPStatus.CONFLICT, "text/plain")

    def _checked(self) -> tuple[str, int]:
        """Return what is asked for and the number of the answer, if the request may come in at all."""
        if self.headers.get_all("Host") != [self.server.host]:
            raise Refusal(HTTPStatus.FORBIDDEN)
        found = PATH.fullmatch(self.path)
        if not found or not hmac.compare_digest(found[1], self.server.token):
            raise Refusal(HTTPStatus.NOT_FOUND)
        origin, site = self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site")
        if self.command == "POST" and origin != f"http://{self.server.host}":
            raise Refusal(HTTPStatus.FORBIDDEN)
        if site not in (None, "none", "same-origin"):
            raise Refusal(HTTPStatus.FORBIDDEN)
        number = int(found[3] or 0)
        if found[3] and number >= len(self.server.pile.papers):
            raise Refusal(HTTPStatus.NOT_FOUND)
        return found[2].strip("/").partition("/")[0], number

    def _get(self, wanted: str, number: int) -> None:
        pile = self.server.pile
        match wanted:
            case "":
                self._lead(pile.next_open())
            case "answer":
                self._send(desk_page.answer(pile, number))
            case "end":
                self._send(desk_page.end(pile))
            case "desk.js":
                self._send(script(), kind="text/javascript")
            case _:
                raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED)

    def _post(self, wanted: str, number: int) -> None:
        form = self._form()
        match wanted:
            case "answer":
                self._store(number, form)
            case "finish":
                self._send(desk_page.finished(self.server.pile))
                threading.Thread(target=self.server.shutdown).start()
            case _:
                raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED)

    def _form(self) -> Mapping[str, str]:
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not re.fullmatch(r"\d{1,12}", length, re.ASCII):
            raise Refusal(HTTPStatus.LENGTH_REQUIRED)
        if int(length) > LARGEST:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(int(length))
        try:
            fields = parse_qs(
                body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=10
            )
        except ValueError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST) from error
        return {name: values[-1] for name, values in fields.items()}

    def _store(self, number: int, form: Mapping[str, str]) -> None:
        pile = self.server.pile
        comment = form.get("comment", "").replace("\r\n", "\n").strip()
        given = form.get("mark", form.get("typed", "")).strip()
        points = pile.papers[number].question.points
        try:
            if len(comment) > LONGEST:
                raise ValueError(worded("desk_long", most=LONGEST))
            self._put(number, form.get("seen", ""), Verdict(_mark(given, points), comment))
        except Changed:
            return self._refused(number, worded("desk_changed"), comment)
        except (written.MergeError, OSError) as error:
            return self._refused(number, worded("desk_open", reason=error), comment)
        except ValueError as error:
            return self._refused(number, str(error), comment, HTTPStatus.BAD_REQUEST)
        ways = {
            "open": lambda: pile.next_open(number),
            "back": lambda: max(number - 1, 0),
            "forward": lambda: number + 1 if number + 1 < len(pile.papers) else None,
        }
        self._lead(ways.get(form.get("go", ""), lambda: number)())

    def _put(self, number: int, seen: str, verdict: Verdict) -> None:
        with self.server.writing:
            if not self.server.open:
                raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE)
            before = self.server.pile.verdict(number)
            if verdict != before:
                self.server.pile.put(number, seen, verdict)

    def _refused(self, number: int, why: str, comment: str, status: HTTPStatus = HTTPStatus.CONFLICT) -> None:
        self._send(desk_page.answer(self.server.pile, number, why, comment[: 2 * LONGEST]), status)

    def _lead(self, number: int | None) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header(
            "Location", f"/{self.server.token}/" + ("end" if number is None else f"answer/{number}")
        )
        self._end(0)

    def _send(self, text: str, status: HTTPStatus = HTTPStatus.OK, kind: str = "text/html") -> None:
        content = text.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self._end(len(content))
        self.wfile.write(content)

    def _end(self, length: int) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def version_string(self) -> str:
        """Tell nobody what runs here."""
        return "desk"

    def log_message(self, *arguments: object) -> None:
        """Keep addresses, and the token in them, out of the terminal."""


def _mark(given: str, points: float) -> float | None:
    """Return the mark that a form gives; ValueError with what to say if there is none such."""
    try:
        return written.mark_of({"mark": given}, points)
    except ValueError as error:
        told = worded("desk_bad_mark", given=repr(given[:20]), points=f"{points:g}")
        raise ValueError(told) from error


@cache
def script() -> str:
    """Return what the page does with keys."""
    return (Path(desk_page.__file__).parent / "templates" / "desk.js").read_text(encoding="utf-8")
