"""What students and instructors read from the grader comes from the catalogues."""

import csv
import html
import re

import pytest

from d2l_utils import words
from exercises.grading import statuses, texts
from exercises.grading.course import board, results, written
from exercises.grading.marking.judge import rehearse
from exercises.grading.pages import student_page, summary
from exercises.grading.question import Function, load
from tests.grading.toy.cases import Q1
from tests.words import pseudo

SETS = ("ps1", "ps2", "ps3", "ps4", "ps5", "ps6", "ps7")
NAMES = ["Ada", "ada", "SHA"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locale")
    pseudo.write(folder, ["grader", "practice"])
    return folder


def result(name="ps1"):
    """Return a result in which every part of a set is lost, in the language in use."""
    problem_set = load(name)
    questions = {}
    for question in problem_set.questions:
        parts = [
            {
                "key": part.key,
                "title": words.say(part.title),
                "points": float(part.points),
                "earned": 0.0,
                "message": texts.worded("sentence", sentence=texts.worded("wrong")),
                "hint": words.say(part.hint),
            }
            for part in question.parts
        ]
        questions[question.name] = {
            "title": words.say(question.title),
            "kind": type(question).__name__.lower(),
            "score": 0.0,
            "points": float(question.points),
            "status": "partial",
            "slip": "slip",
            "message": parts[0]["message"],
            "parts": parts,
            "measure": 0.5,
            "asked": 3,
        }
    return {
        "student": "ada",
        "problem_set": name,
        "title": words.say(problem_set.title),
        "digest": "0" * 64,
        "seed": 1,
        "late": True,
        "status": "partial",
        "score": 0.0,
        "points": float(problem_set.points),
        "pending": 1.0,
        "message": parts[0]["message"],
        "seconds": 1.0,
        "timing": None,
        "stops": [],
        "questions": questions,
        "written": {},
        "traceback": "",
    }


def read(page):
    """Return the words of a page without those that are addresses of questions, statuses and students."""
    text = re.sub(r"<style>.*?</style>|<head>.*?</head>|<defs>.*?</defs>", "", page, flags=re.DOTALL)
    labels = re.findall(r'aria-label="([^"]*)"', text)
    text = re.sub(r"</?(?:code|b|strong)\b[^>]*>", "", text)
    pieces = [*labels, *re.split(r"<[^>]+>", text)]
    names = [*NAMES, *statuses.STATUSES, "slip"]
    return {word for piece in pieces for word in pseudo.bare(html.unescape(piece), names)}


@pytest.mark.parametrize("name", ["ps1", "ps5"])
def test_the_pages_come_from_catalogues(folder, name):
    with pseudo.spoken(folder):
        given = result(name)
        pages = student_page.html(given, "Ada"), summary.html([given], words.say(load(name).title))
        plain = student_page.markdown(given, "Ada")
    for page in pages:
        assert read(page) == set()
        assert f'lang="{pseudo.NAME}"' in page
    assert pseudo.bare(re.sub(r"`[^`]*`|\\", "", plain), NAMES) == []


@pytest.mark.parametrize("name", SETS)
def test_what_a_set_says_of_answers_comes_from_catalogues(folder, name):
    for question in load(name).questions:
        told = [each for part in question.parts for each in (part.title, part.hint)] + [question.title]
        if isinstance(question, Function):
            assert question.slips
            told += [each for slip in question.slips for each in slip.sentences]
        told += list(getattr(question, "wrong", {}).values())
        with pseudo.spoken(folder):
            missed = [each for each in told if each and words.say(each) == each]
        assert missed == []


def test_a_judged_answer_speaks_the_language(folder):
    with pseudo.spoken(folder):
        judged = rehearse(Q1, lambda x: x - x.mean() if x.ndim == 1 else x[:, :1])
    said = [part["message"] for part in judged["parts"]]
    assert said
    assert all(not pseudo.bare(each) for each in said), said


def test_the_tables_of_a_course_have_heads_in_the_language(folder, tmp_path):
    with pseudo.spoken(folder):
        heads = results._head("student", "message", "late", "file", "note", "why", "digest")
        assert all(each.startswith("⟦") for each in heads)
        written.publish(tmp_path, [("ada", "q6", 2.0, "Because.")])
        text = (tmp_path / "written.csv").read_text(encoding="utf-8-sig")
        row = next(csv.reader(text.splitlines()))
        assert all(each.startswith("⟦") for each in row)
        ranking = board.markdown([contest()], 1)
        assert pseudo.bare(ranking.partition("\n")[2].replace(board.alias("ada", 1), "")) == []
        marked = text.replace("Because.,,", "Because.,1.5,")
        (tmp_path / "marked.csv").write_text(marked, encoding="utf-8")
        assert written.merge(tmp_path, tmp_path / "marked.csv") == 1
    assert written.Marks(tmp_path).of("ada", {"q6": "Because."}) == {"q6": (1.5, "")}


def contest():
    given = result("ps5")
    for question in given["questions"].values():
        question["kind"] = "contest"
    return given


def test_no_text_has_two_meanings_by_one_key():
    tables = [value for name, value in vars(texts).items() if name.isupper() and name != "TEXTS"]
    assert sum(map(len, tables)) == len(texts.TEXTS)


def test_a_bare_sentence_is_found(folder, monkeypatch):
    monkeypatch.setitem(texts.TEXTS, "late", "Too late.")
    monkeypatch.setitem(texts.TEXTS, "late_cost", "Too late.")
    with pseudo.spoken(folder):
        assert {"Too", "late"} <= read(student_page.html(result(), "Ada"))


def test_the_command_line_takes_a_language():
    from exercises.grading.__main__ import parser

    assert "--language" in parser().format_help()
