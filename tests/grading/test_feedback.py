"""What a student is given back says what went wrong, and carries neither secrets nor scripts."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markdown_it import MarkdownIt

from exercises.grading import job, texts
from exercises.grading.pages import student_page
from exercises.grading.pages.rendering import ENVIRONMENT, render
from tests.grading.made_up import judged, result, task

ATTACKS = [
    "> quoted",
    "1. # listed",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><svg onload=alert(1)>",
    "`<b>`` & [link](javascript:alert(1)) ![i](http://x.example/)",
    "<!-- --> <!doctype x> &lt;b&gt;",
    "{{ 7 * 7 }}{% raw %}{# {{ say('late') }}",
    "'\"'\" onmouseover=alert(1) style='x'",
    "\u202egnp.exe \u2066\u200f\u05d0\u061c",  # right to left
    "zero\0\x01\x1b[31m\x7f\x85\ud800\udfffend",  # controls, halves of characters
    "<b>" + 5_000 * "wide" + "</b>",
    5_000 * "</div>",
]
# Everything that a page of ours holds.
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "main", "p", "h1", "h2", "div", "section", "header",
    "span", "ul", "li", "code",
}  # fmt: skip
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "style", "aria-hidden"}


class Reader(HTMLParser):
    """Collects elements, attributes and the text, and checks that what opens also closes."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes, self.open, self.text = set(), set(), [], ""
        self.shape, self.texts = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.shape.append((tag, [name for name, _ in attrs]))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style" and data.strip():
            self.text += data.strip() + " "
            self.texts.append(data)


@pytest.fixture(scope="module")
def kinds():
    return judged()


@pytest.fixture(scope="module")
def mixed(kinds):
    """A result in which the last of the made-up answers was given to each question."""
    return result({name: each[-1] for name, each in kinds.items()}, stops=["Code cell 4 stopped."])


def forms(*arguments, **others):
    """Both forms of the feedback, as text."""
    return [Reader(student_page.html(*arguments, **others)).text, student_page.markdown(*arguments, **others)]


def unescaped(text):
    """A text without what Markdown escapes."""
    return re.sub(r"\\(.)", r"\1", text)


def test_marks_words_and_hints_are_there(mixed):
    for text in map(unescaped, forms(mixed, name="Ada", course="Optimization")):
        for expected in (
            "Ada",
            "Optimization",
            "A toy",
            "0 of 19 points",
            "Code cell 4 stopped.",
            "0 of 3 points",
        ):
            assert expected in text, expected
        for name, question in mixed["questions"].items():
            assert f"{name} · {question['title']}" in text
            for part in question["parts"]:
                for expected in (part["title"], part["message"].replace("`", ""), part["hint"]):
                    assert expected in text.replace("`", "").replace("  ", " "), expected


def test_what_is_earned_is_told_without_colours(kinds):
    text = Reader(student_page.html(result({"q1": kinds["q1"][1]}))).text
    assert re.search(r"✗ +Not earned: +centres each column of a matrix +0 / 2", text)
    assert re.search(r"✓ +Earned: +centres a vector +1 / 1", text)


def test_a_known_mistake_is_explained_once(kinds):
    for place, name in ((1, "q1"), (1, "q4")):
        question = kinds[name][place]
        for text in forms(result({name: question})):
            assert unescaped(text).count(question["message"].rstrip(".")) == 1


def test_points_to_come_and_points_lost(kinds):
    whole = {name: each[0] for name, each in kinds.items()}
    pending, text = forms(result(whole))
    assert "5 points to come" in pending
    assert "5 points to come" in text
    late = result(whole) | {"late": True}
    assert "Handed in late." in forms(late)[0]
    assert "Handed in late: 1 point taken off." in forms(late | {"lost": 1.0})[1]
    marked = job.add_written(result(whole), {"q5": (4, "Nearly.")})
    for text in forms(marked):
        assert "to come" not in text
        assert "4 of 5 points" in text
        assert "Nearly." in text
        assert "instructor" not in text


def test_a_file_that_is_no_notebook_is_explained():
    for text in forms(
        job.blank(task("ada"), "invalid_notebook", "The file could not be marked: it is empty.")
    ):
        assert "Not marked" in text
        assert "it is empty" in text


def test_only_the_instructor_sees_traceback_and_seed(mixed):
    for text in forms(mixed | {"traceback": "Traceback: secret 0.7234", "seed": 987654321}):
        assert "Traceback" not in text
        assert "987654321" not in text


def test_a_written_text_does_not_come_back(mixed):
    # It may be a program's way to carry the arguments of the cases out.
    for text in forms(mixed | {"written": {"q5": "x = 0.7234"}}):
        assert "0.7234" not in text


def hostile(kinds, text):
    """A result in which everything that a student or their code can choose is ``text``."""
    question = dict(kinds["q1"][-1])
    question["parts"] = [part | {"title": text, "message": text} for part in question["parts"]]
    return result({"q1": question | {"message": text}}, student=text, stops=[text], title=text)


def harmless(attack):
    """A text with the same code in backticks, of letters."""
    return re.sub(r"[^`]", "x", attack)


def arrived(attack):
    """The pieces in which a text is to arrive: what stands between backticks is code."""
    return re.split(r"`([^`]+)`", re.sub(r"[\0-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", attack))


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_no_text_becomes_markup(kinds, attack):
    for others in ({}, {"name": attack, "course": attack}):
        plain = {key: harmless(attack) for key in others}
        page = student_page.html(hostile(kinds, attack), **others)
        page.encode()
        read = Reader(page)
        assert read.shape == Reader(student_page.html(hostile(kinds, harmless(attack)), **plain)).shape
        for piece in filter(None, arrived(attack)):
            assert read.texts.count(piece) >= 4
        text = student_page.markdown(hostile(kinds, attack), **others)
        text.encode()
        rendered = Reader(MarkdownIt("commonmark").render(text))
        assert rendered.elements <= {"h1", "h2", "p", "strong", "blockquote", "ul", "li", "code"}
        assert not rendered.attributes


def test_a_value_that_a_template_misses_is_an_error():
    with pytest.raises(UndefinedError, match="'who' is undefined"):
        render("feedback.html.j2", page_title="", title="", course="")


def test_templates_trust_no_text():
    folder = Path(student_page.__file__).parent
    assert len(ENVIRONMENT.list_templates(extensions=["j2"])) == 8
    for path in folder.rglob("*.j2"):
        assert not re.search(r"\|\s*safe|autoescape", path.read_text(encoding="utf-8")), path.name
    makers = [path.stem for path in folder.glob("*.py") if "Markup(" in path.read_text(encoding="utf-8")]
    assert makers == ["plots"]  # what matplotlib drew


def test_a_page_allows_no_script_and_fetches_nothing(mixed):
    text = student_page.html(mixed)
    assert "default-src 'none'" in text
    assert not re.search(r"<script|<link|<img|@import|https?:|url\(", text)
    assert Reader(text).elements <= ELEMENTS


def test_every_text_can_be_translated_in_one_place():
    groups = [texts.DIFFERENCES, texts.KINDS, texts.OUTCOMES, texts.NOTEBOOKS, texts.FEEDBACK, texts.SUMMARY]
    groups += [texts.COURSE, texts.DECISIONS, texts.DESK, texts.LIKENESS]
    assert sum(map(len, groups)) == len(texts.TEXTS)


def test_no_text_is_left_over():
    folder = Path(texts.__file__).parent
    files = [*folder.rglob("*.py"), *folder.rglob("*.j2")]
    sources = " ".join(path.read_text(encoding="utf-8") for path in files if "texts" not in path.stem)
    spoken = set(re.findall(r'"([a-z_]+)"', sources))
    built = {f"column_{name}" for name in spoken} | {"box_timeout", "box_killed", *texts.KINDS}
    assert texts.TEXTS.keys() <= spoken | built
