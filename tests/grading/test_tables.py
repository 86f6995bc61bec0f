"""No table runs or tears in a spreadsheet, and what any spreadsheet wrote is read."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.grading.course import roster, tables, written
from tests.grading.handed_in import people

BEGINNINGS = ["=1", "+a", "-a", "@a", "\t=1", "\n=1", "=1'", "'=1", "a;=1", "a\t@b;-c", "＝1", " =1", "; '=1"]


@pytest.mark.parametrize("cell", BEGINNINGS)
def test_a_safe_cell_can_be_read_back(cell):
    safe = tables.safe(cell)
    assert tables.plain(safe) == cell
    for comma in (",", ";", "\t"):
        for part in next(csv.reader([safe.replace("\n", " ")], delimiter=comma)):
            assert part.lstrip(" ")[:1] not in {*"=+-@＝"}


@pytest.mark.parametrize("cell", ["-3.5", "-", "+7", "a=1", "", "'quoted'", "O'Brien", "a; b", "x;y=2"])
def test_a_harmless_cell_stays(cell):
    assert tables.safe(cell) == cell
    assert tables.plain(cell) == cell


CELLS = st.text("ab=+-@;,\t\r\n\"' \0\x1bé\ud800", max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=4))
def test_rows_stay_rows_for_every_reader(rows):
    text = tables.text(rows, mark=False)
    text.encode()
    assert "\r" not in text
    for ends in ("\n", "\r\n"):
        found = list(csv.reader(io.StringIO(text.replace("\n", ends), newline="")))
        assert [len(line) for line in found] == [len(row) for row in rows]
    for line, row in zip(csv.reader(io.StringIO(text, newline="")), rows, strict=True):
        ended = [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row]
        assert [tables.plain(cell) for cell in line] == [tables.CONTROL.sub("", cell) for cell in ended]


COURSE = "id,name\ns1,Zoë Quinn\n02,José\n"


@pytest.mark.parametrize(
    "content",
    [
        COURSE.encode(),
        COURSE.encode("utf-8-sig"),
        COURSE.encode("cp1252"),
        COURSE.encode("utf-16"),
        COURSE.replace(",", ";").encode("cp1252"),
        COURSE.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
        ("sep=;\r\n" + COURSE.replace(",", ";")).encode(),
        COURSE.replace("\n", "\r\n").encode(),
        COURSE.replace("\n", "\n\n").encode(),
    ],
)
def test_a_roster_of_any_spreadsheet_is_read(tmp_path, content):
    (tmp_path / "roster.csv").write_bytes(content)
    found = roster.read(tmp_path / "roster.csv")
    assert [(student.id, student.name) for student in found.students] == [("s1", "Zoë Quinn"), ("02", "José")]


@pytest.mark.parametrize("content", [b"id,name\na,\x81\n", b'"' + b"x" * 200_000])
def test_what_is_no_table_is_refused(tmp_path, content):
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(tables.TableError, match=r"x\.csv cannot be read as CSV"):
        tables.read(tmp_path / "x.csv")


def test_a_zero_that_a_spreadsheet_lost_is_found_again(tmp_path):
    course = people(tmp_path, "id\n0101\n0102\n102\n")
    assert [getattr(course.find(each), "id", None) for each in ("101", "0101", "102", "00102")] == [
        *("0101", "0101", "102"),
        None,
    ]


@pytest.mark.parametrize("comma", [",", ";"])
def test_marks_come_back_from_another_country(tmp_path, comma):
    written.publish(tmp_path, [("0101", "q5", 2.5, "a\r=b"), ("x", "q5", 2.5, "no")])
    assert (tmp_path / "written.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    head, ada, other = tables.read(tmp_path / "written.csv")
    ada[0], ada[2], ada[4] = "101", "2,5", "1,5"
    stream = io.StringIO()
    csv.writer(stream, delimiter=comma).writerows([head, ada, other])
    (tmp_path / "back.csv").write_text(stream.getvalue(), encoding="cp1252")
    assert written.merge(tmp_path, tmp_path / "back.csv") == 1
    assert written.Marks(tmp_path).of("0101", {"q5": "a\r=b"}) == {"q5": (1.5, "")}
