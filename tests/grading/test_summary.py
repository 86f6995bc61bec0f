"""The instructor's page counts right, is the same for the same results, and stands alone."""

import random
import re

import pytest

from exercises.grading import job
from exercises.grading.pages import summary
from exercises.grading.statuses import STATUSES
from tests.grading.made_up import judged, result, results, task
from tests.grading.test_feedback import ATTACKS, Reader, arrived, harmless


@pytest.fixture(scope="module")
def course():
    return results(200)


@pytest.fixture(scope="module")
def text(course):
    return summary.html(course, "A toy")


def table(text, heading):
    """The rows of the table below a heading, each a list of texts."""
    below = text[text.index(f"<h2>{heading}</h2>") :]
    rows = re.findall(r"<tr>(.*?)</tr>", below[: below.index("</table>")], flags=re.DOTALL)
    return [[Reader(cell).text.strip() for cell in re.findall(r"<td.*?</td>", row)] for row in rows[1:]]


def test_submissions_and_scores_are_counted(course, text):
    scores = sorted(each["score"] for each in course if each["score"] is not None)
    facts = re.findall(r"<strong>(.*?)</strong>", text)
    assert facts[:2] == ["200", str(len(scores))]
    assert facts[2] == f"{sum(scores) / len(scores):.1f}"
    assert facts[4] == "14"  # the text, 5 points, is not marked yet


def test_statuses_stand_worst_first_with_their_counts(course, text):
    rows = table(text, "What became of the submissions")
    assert [row[0] for row in rows] == ["invalid_notebook", "timeout", "missing_function", "partial", "ok"]
    for status, count, meaning in rows:
        assert int(count) == sum(each["status"] == status for each in course)
        assert meaning


def test_everybody_who_needs_attention_is_named(course, text):
    rows = table(text, "Who needs attention")
    assert sorted(row[0] for row in rows) == [each["student"] for each in course if each["status"] != "ok"]
    statuses = [row[1] for row in rows]
    assert statuses == sorted(statuses, key=list(STATUSES).index)


def test_each_question_has_its_row(course, text):
    marked = [each for each in course if each["questions"]]
    for row, name in zip(table(text, "Each question"), ("q1", "q2", "q3", "q4", "q6"), strict=True):
        scores = [each["questions"][name]["score"] for each in marked]
        points = marked[0]["questions"][name]["points"]
        assert row[0].startswith(f"{name} · ")
        assert row[2] == f"{sum(scores) / len(scores):.2f}"
        assert row[3] == f"{100 * scores.count(points) / len(scores):.0f} %"
        assert row[4] == f"{100 * scores.count(0) / len(scores):.0f} %"


def test_known_mistakes_are_counted_the_most_common_first(course, text):
    rows = table(text, "Known mistakes")
    counts = [int(row[3]) for row in rows]
    assert counts == sorted(counts, reverse=True)
    for name, slip, message, count, _ in rows:
        found = [each["questions"].get(name, {}) for each in course]
        assert int(count) == sum(question.get("slip") == slip for question in found)
        assert message in {question["message"] for question in found if question.get("slip") == slip}


def test_lost_parts_are_counted_with_what_usually_went_wrong(course, text):
    for name, title, message, count, _ in table(text, "Parts that cost most"):
        lost = [
            part["message"]
            for each in course
            for part in each["questions"].get(name, {"parts": []})["parts"]
            if part["title"] == title and part["earned"] == 0
        ]
        assert int(count) == len(lost)
        plain = [each.replace("`", "") for each in lost]
        assert plain.count(message.replace("  ", " ")) == max(map(plain.count, plain)) or message == "various"


def test_the_same_results_give_the_same_page(course, text):
    shuffled = random.Random(3).sample(course, len(course))
    assert summary.html(shuffled, "A toy") == text
    assert summary.html(results(200, seed=2), "A toy") != text


def test_figures_have_words_and_the_colour_of_the_text(text):
    labels = re.findall(r'<svg role="img" aria-label="(.*?)"', text)
    assert len(labels) == 3
    assert all("istogram" in label for label in labels)
    assert "#010203" not in text
    assert text.count("currentColor") > 10
    names = re.findall(r' id="(.*?)"', text)
    assert len(names) == len(set(names))
    for name in re.findall(r'url\(#(.*?)\)|href="#(.*?)"', text):
        assert "".join(name) in names


def test_the_page_stands_alone(text):
    assert "default-src 'none'" in text
    outside = re.sub(r'xmlns(:xlink)?="http[^"]*"', "", text)
    assert not re.search(r"<script|<link|<img|@import|https?:", outside)


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_no_text_becomes_markup(attack):
    def read(text):
        lost = [part | {"message": text, "title": text} for part in judged()["q1"][1]["parts"]]
        question = judged()["q1"][1] | {"message": text, "slip": text, "title": text, "parts": lost}
        found = result({"q1": question}, student=text, message=text, status="partial")
        page = summary.html([found], text)
        page.encode()
        return Reader(page)

    seen = read(attack)
    assert seen.shape == read(harmless(attack)).shape
    for piece in filter(None, arrived(attack)):
        assert seen.texts.count(piece) >= 1


def test_a_course_of_nobody_and_of_one_has_a_page():
    assert "<strong>0</strong>" in summary.html([], "A toy")
    assert "<strong>1</strong>" in summary.html(results(1))
    blank = job.blank(task("ada"), "invalid_notebook", "it is empty")
    assert "it is empty" in summary.html([blank])
