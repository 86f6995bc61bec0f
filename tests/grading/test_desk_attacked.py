"""The desk answers nobody but the instructor's own page, as another page, program or name may try it."""

import re
import socket
from urllib.parse import urlencode

import pytest

from exercises.grading.desk.pile import Pile
from exercises.grading.desk.server import Desk
from tests.grading.test_desk import ask, fields, graded, serving


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """One desk that no request may change."""
    out = graded(tmp_path_factory.mktemp("desk"))
    pile = Pile(out)
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    with serving(pile) as desk:
        yield desk
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before


def form_of(desk, **headers):
    path = f"/{desk.token}/answer/0"
    body = urlencode(fields(ask(desk, path=path)[2]) | {"mark": "5"}).encode()
    return ask(desk, "POST", path, body, **headers)


def test_only_this_machine_is_listened_to(desk):
    assert desk.socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "host",
    [None, "evil.example", "localhost", "127.0.0.1", "127.0.0.1.evil.example:{port}", "[::1]:{port}", ""],
)
def test_another_host_is_refused(desk, host):
    host = host and host.format(port=desk.server_port)
    assert ask(desk, Host=host)[0] == 403
    assert form_of(desk, Origin=f"http://{desk.host}", Host=host)[0] == 403


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://127.0.0.1", "https://{host}", "http://{host}.evil.example"],
)
def test_a_form_of_another_page_is_refused(desk, origin):
    assert form_of(desk, Origin=origin and origin.format(host=desk.host))[0] == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_starts_is_refused(desk, site):
    assert ask(desk, Sec_Fetch_Site=site)[0] == 403
    assert form_of(desk, Origin=f"http://{desk.host}", Sec_Fetch_Site=site)[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/x/",
        "/{token}",
        "/{other}/",
        "/{token}/../{token}/",
        "/{token}/answer/../../../../etc/passwd",
        "/{token}/answer/0/../../desk.js",
        "/{token}/..%2f..%2fresults.csv",
        "/{token}/results.csv",
        "/{token}/answer/99",
        "/{token}/answer/-1",
        "/{token}/answer/٣",
        "/{token}/answer/0?x=1",
        "/{token}/answer/" + "9" * 60_000,
        "http://evil.example/{token}/",
        "/{token}/\x85",
    ],
)
def test_nothing_else_is_there(desk, path):
    wanted = path.format(token=desk.token, other="A" * 43)
    request = f"GET {wanted} HTTP/1.1\r\nHost: {desk.host}\r\n\r\n".encode()
    with socket.create_connection(desk.server_address, timeout=5) as line:
        line.sendall(request)
        answer = line.makefile("rb").read()
    assert re.match(rb"HTTP/1.0 (400|404) ", answer), answer[:80]
    assert b"Taylor" not in answer


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (None, 411),
        ("100001", 413),
        ("999999999999", 413),
        ("9" * 40, 411),
        ("-1", 411),
        ("+5", 411),
        ("٣", 411),
    ],
)
def test_a_body_is_bounded_before_it_is_read(desk, length, status):
    request = f"POST /{desk.token}/answer/0 HTTP/1.1\r\nHost: {desk.host}\r\nOrigin: http://{desk.host}\r\n"
    request += f"Content-Length: {length}\r\n\r\n" if length else "\r\n"
    with socket.create_connection(desk.server_address, timeout=5) as line:
        line.sendall(request.encode())
        assert int(line.makefile("rb").read().split()[1]) == status


def test_chunks_and_other_methods_are_refused(desk):
    own = {"Origin": f"http://{desk.host}"}
    assert ask(desk, "POST", f"/{desk.token}/answer/0", Transfer_Encoding="chunked", **own)[0] == 411
    both = own | {"Transfer_Encoding": "chunked", "Content_Length": "5"}
    assert ask(desk, "POST", f"/{desk.token}/answer/0", b"5\r\nmark", **both)[0] == 411
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "HEAD"):
        assert ask(desk, method)[0] == 501
    assert ask(desk, "POST", f"/{desk.token}/end", b"", **own)[0] == 405
    assert ask(desk, path=f"/{desk.token}/finish")[0] == 405
    for body in (b"mark=5&" * 50, b"\xff\xfe", b"mark", b"seen=x&mark=5&typed=" + b"%f0" * 20):
        assert ask(desk, "POST", f"/{desk.token}/answer/0", body, **own)[0] in (400, 409)


def test_every_answer_forbids_what_it_need_not_do(desk):
    for path in (f"/{desk.token}/", f"/{desk.token}/answer/0", f"/{desk.token}/desk.js", "/nothing"):
        _, headers, text = ask(desk, path=path)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy.replace("style-src 'unsafe-inline'", "")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert desk.token not in text
        assert "Python" not in str(headers)


def test_a_client_that_says_nothing_stops_nobody(desk):
    with socket.create_connection(desk.server_address):
        assert ask(desk)[0] == 303


def test_the_tokens_of_two_desks_differ(tmp_path):
    pile = Pile(graded(tmp_path))
    first, second = Desk(pile), Desk(pile)
    with first, second:
        assert len({first.token, second.token}) == 2
        assert len(first.token) == 43
