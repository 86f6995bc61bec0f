"""The desk stores each mark at once, agrees with the table, and answers nobody but the instructor's page."""

import http.client
import json
import os
import re
import shutil
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from exercises.grading import __main__ as cli
from exercises.grading.course import journal, results, tables, written
from exercises.grading.course import run as course
from exercises.grading.desk import server
from exercises.grading.desk.pile import Pile
from exercises.grading.desk.server import Desk
from exercises.grading.desk.sheet import Changed, OpenElsewhere, Verdict
from tests.grading import fakes
from tests.grading.test_feedback import ATTACKS, Reader, arrived

STUDENTS = {
    "0101": {"q1": 3, "q5": "Because of Taylor."},
    "bob": {"q1": 1, "q5": ""},
    "cleo": {"q1": 2, "q5": "=HYPERLINK(1) <b>no</b>"},
}


def graded(folder, students=STUDENTS):
    source = fakes.hand_in(folder / "in", **students)
    course.grade(fakes.options(source, folder / "out"), fakes.grade)
    return folder / "out"


class Page(Reader):
    """A page with a form."""

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        if tag == "input":
            self.open.pop()


@pytest.fixture(scope="module")
def unmarked(tmp_path_factory):
    """The results of three students, none marked."""
    return graded(tmp_path_factory.mktemp("unmarked"))


@pytest.fixture
def out(unmarked, tmp_path):
    """A copy of them."""
    return Path(shutil.copytree(unmarked, tmp_path / "out"))


@contextmanager
def serving(pile):
    """Serve a pile from another thread while the block runs."""
    with Desk(pile) as desk:
        thread = threading.Thread(target=desk.serve)
        thread.start()
        try:
            yield desk
        finally:
            desk.shutdown()
            thread.join()


def ask(desk, method="GET", path=None, body=None, **headers):
    """Send a request as an attacker may write it; return status, headers and text."""
    path = f"/{desk.token}/" if path is None else path
    wanted = {"Host": desk.host} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(*desk.server_address, timeout=5)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in wanted.items():
        if value is not None:
            connection.putheader(name, value)
    if body is not None and "Content-Length" not in wanted:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    with closing(connection):
        return response.status, dict(response.getheaders()), response.read().decode()


def fields(text):
    """Return what the form of a page would send."""
    seen = re.search(r'name="seen" value="(\w+)"', text)[1]
    return {"seen": seen, "comment": "", "typed": ""}


def send(desk, number, **values):
    """Fill in the form of an answer and send it as the page does."""
    path = f"/{desk.token}/answer/{number}"
    form = fields(ask(desk, path=path)[2]) | values
    return ask(desk, "POST", path, urlencode(form).encode(), Origin=f"http://{desk.host}")


def in_table(out):
    """Return mark and comment of every row of the table."""
    return {row["student"]: (row["mark"], row["comment"]) for row in written.read(out / "written.csv")}


# --- marks


def test_a_mark_is_in_the_table_and_in_the_results_before_the_page_says_so(out):
    with serving(Pile(out)) as desk:
        status, headers, _ = send(desk, 0, mark="2.5", comment="=good\r\nbut short")
        assert (status, headers["Location"]) == (303, f"/{desk.token}/answer/0")
        assert in_table(out)["0101"] == ("2.5", "=good\nbut short")
        stored = json.loads((out / "written.json").read_text())
        assert stored["0101"]["q5"]["mark"] == 2.5
        _, _, text = ask(desk, path=f"/{desk.token}/answer/0")
        assert "Saved: 2.5" in text
        assert "2 answers to mark here, 2 in all" in text
    assert results.publish(out)[0].result["score"] == 5.5


def test_the_way_leads_to_what_has_no_mark_and_a_new_desk_goes_on_there(out):
    with serving(Pile(out)) as desk:
        assert ask(desk)[1]["Location"].endswith("/answer/0")
        assert send(desk, 0, typed="2", go="open")[1]["Location"].endswith("/answer/1")
        assert send(desk, 1, go="forward")[1]["Location"].endswith("/answer/2")
        assert send(desk, 2, go="forward")[1]["Location"].endswith("/end")
        assert send(desk, 2, mark="0", go="open")[1]["Location"].endswith("/answer/1")
    pile = Pile(out)
    assert [paper.student for paper in pile.papers] == ["0101", "cleo", "bob"]  # what is blank comes last
    assert pile.next_open() == 1


def test_a_mark_can_be_changed_and_taken_back(out):
    pile = Pile(out)
    pile.put(0, pile.verdict(0).version, Verdict(2, "so so"))
    pile.put(0, pile.verdict(0).version, Verdict(3.5, "so so"))
    assert in_table(out)["0101"] == ("3.5", "so so")
    pile.put(0, pile.verdict(0).version, Verdict(None, "so so"))
    assert in_table(out)["0101"] == ("", "so so")
    assert written.Marks(out).of("0101", {"q5": pile.papers[0].text}) == {}
    assert Pile(out).verdict(0) == Verdict(None, "so so")


def test_a_mark_that_was_changed_elsewhere_is_not_overwritten(out):
    with serving(Pile(out)) as desk:
        path = f"/{desk.token}/answer/0"
        old = fields(ask(desk, path=path)[2])
        send(desk, 0, mark="4")
        body = urlencode(old | {"mark": "1", "comment": "mine"}).encode()
        status, _, text = ask(desk, "POST", path, body, Origin=f"http://{desk.host}")
        assert status == 409
        assert "Nothing was saved" in text
        assert "mine</textarea>" in text
        assert in_table(out)["0101"] == ("4", "")


def test_page_and_table_are_one_truth(out):
    """What a spreadsheet saves while the desk is open is shown, and kept when another mark is given."""
    pile = Pile(out)
    pile.put(0, pile.verdict(0).version, Verdict(1, ""))
    rows = written.read(out / "written.csv", written.students_of(out))
    rows = [row | ({"mark": "4,5", "comment": "mine"} if row["student"] == "cleo" else {}) for row in rows]
    lines = [[*(row[name] for name in written.COLUMNS)] for row in rows]
    (out / "written.csv").write_text(tables.text([written.COLUMNS, *lines]).replace("0101", "101"))
    assert pile.verdict(1) == Verdict(4.5, "mine")
    assert pile.verdict(0) == Verdict(1, "")
    pile.put(2, pile.verdict(2).version, Verdict(0, "nothing"))
    assert in_table(out) == {"0101": ("1", ""), "bob": ("0", "nothing"), "cleo": ("4,5", "mine")}
    assert written.merge(out, out / "written.csv") == 3
    assert [row.result["score"] for row in results.publish(out)] == [4, 1, 6.5]


def test_a_table_whose_zeros_a_spreadsheet_lost_keeps_its_marks(out):
    text = (out / "written.csv").read_text(encoding="utf-8").replace("0101,", "101,")
    (out / "written.csv").write_text(text.replace("Taylor.,,", "Taylor.,3,"), encoding="utf-8")
    assert written.merge(out, out / "written.csv") == 1
    assert results.publish(out)[0].result["score"] == 6
    assert in_table(out)["0101"] == ("3", "")


@pytest.mark.parametrize("lock", [".~lock.written.csv#", "~$written.csv"])
def test_a_table_that_is_open_in_a_spreadsheet_is_not_written(out, lock):
    pile = Pile(out)
    (out / lock).write_text("")
    with serving(pile) as desk:
        status, _, text = send(desk, 0, mark="3")
        assert status == 409
        assert "open in a spreadsheet" in text
    assert in_table(out)["0101"] == ("", "")
    with pytest.raises(OpenElsewhere, match="close it there"):
        Pile(out)


def test_a_row_that_is_gone_is_said(out):
    pile = Pile(out)
    written.store(out / "written.csv", [])
    with pytest.raises(Changed, match="no row for 0101"):
        pile.put(0, pile.verdict(0).version, Verdict(1, ""))


def test_a_write_that_fails_leaves_the_mark_as_it_was(out, monkeypatch):
    pile = Pile(out)

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        pile.put(0, pile.verdict(0).version, Verdict(1, ""))
    assert pile.verdict(0) == Verdict()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"mark": "6"}, "no number from 0 to 5"),
        ({"typed": "nan"}, "no number from 0 to 5"),
        ({"typed": "<b>"}, "no number from 0 to 5"),
        ({"mark": "1", "comment": "x" * 5000}, "at most 4000 characters"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_kept_in_the_form(out, form, told):
    with serving(Pile(out)) as desk:
        status, _, text = send(desk, 0, **form)
        assert status == 400
        assert told in text
        assert form.get("comment", "") in text
    assert in_table(out)["0101"] == ("", "")


def test_while_the_desk_is_open_no_other_command_changes_the_folder(out, capsys):
    with journal.locked(out):
        assert cli.main(["mark-written", str(out)]) == 1
        assert "another grader" in capsys.readouterr().err


def test_the_command_takes_the_marks_into_the_results(out, monkeypatch, capsys):
    def marked(desk):
        with pytest.raises(journal.Busy), journal.locked(out):
            pass
        pile = desk.pile
        pile.put(0, pile.verdict(0).version, Verdict(5, ""))
        desk.open = False
        with pytest.raises(server.Refusal):
            server.Handler._put(type("Handler", (), {"server": desk})(), 0, "", Verdict(1, ""))

    monkeypatch.setattr(Desk, "serve", marked)
    assert cli.main(["mark-written", str(out), "--hide-names", "--shuffle"]) == 0
    said = capsys.readouterr().out
    assert "Texts to mark: 3 of 3" in said
    assert re.search(r"http://127\.0\.0\.1:\d+/[\w-]{43}/", said)
    assert "Texts marked: 1 of 3" in said
    assert "0101,,,ok,8" in (out / "results.csv").read_text(encoding="utf-8")


def test_where_nothing_was_graded_nothing_is_made(tmp_path, capsys):
    assert cli.main(["mark-written", str(tmp_path / "none")]) == 1
    assert "was anything graded there?" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


# --- what is shown


def test_names_are_hidden_and_the_order_is_one_of_chance_that_stays(tmp_path):
    students = {f"s{number:02}": {"q5": f"text {number}"} for number in range(12)}
    out = graded(tmp_path, students)
    order = [paper.student for paper in Pile(out, shuffle=True).papers]
    assert order == [paper.student for paper in Pile(out, shuffle=True).papers]
    assert sorted(order) == list(students) != order
    with serving(Pile(out, hide_names=True, shuffle=True)) as desk:
        for number in range(12):
            _, _, text = ask(desk, path=f"/{desk.token}/answer/{number}")
            assert f"Answer {number + 1}<" in text
            assert not re.search(r"s\d\d\b", text)


def test_rubric_and_comments_of_the_question_stand_beside_the_answer(out):
    with serving(Pile(out)) as desk:
        send(desk, 0, mark="1", comment="Which term?")
        send(desk, 2, mark="0", comment="Which term?")
        _, _, text = ask(desk, path=f"/{desk.token}/answer/1")
        assert "Names the <code>Taylor</code> series." in text
        assert text.count('data-comment="Which term?"') == 1


def test_what_a_student_writes_is_text(tmp_path):
    source = fakes.hand_in(tmp_path / "in", **{f"s{k:02}": {"q5": text} for k, text in enumerate(ATTACKS)})
    names = "".join(f"s{k:02},{tables.text([[text[:99]]], mark=False)}" for k, text in enumerate(ATTACKS))
    (tmp_path / "roster.csv").write_text("id,name\n" + names, "utf-8", "replace")
    options = fakes.options(source, tmp_path / "out", roster=tmp_path / "roster.csv")
    course.grade(options, fakes.grade)
    shapes = []
    with serving(Pile(tmp_path / "out")) as desk:
        for number, attack in enumerate(ATTACKS):
            page = Page(ask(desk, path=f"/{desk.token}/answer/{number}")[2])
            shapes.append([each for each in page.shape if each[0] != "span" and "disabled" not in each[1]])
            assert not re.search("[\u202a-\u202e\u2066-\u2069\u200f\u061c]", page.text)
            assert all(piece[:50] in page.text for piece in arrived(attack) if piece.isascii())
    assert all(shape == shapes[1] for shape in shapes[1:])
