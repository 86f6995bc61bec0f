"""Every line of the notes has a link to the place that teaches it, which exists, and a verdict."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from descent_book import sections

PAGE = Path("reference/what-the-notes-say.md")
BUILT = Path("_build/html/reference/what-the-notes-say.html")
CHAPTERS = Path("chapters")
LINES = {"S": 18, "Z": 15, "E": 14, "K": 18, "C": 26}  # how many each set of notes has
TARGET = re.compile(r"\{section\}`([^`]+)`|\]\(\.\./([^)#]+)\)")
VERDICT = re.compile(r"right(: \S.*)?|put right: \S.*")


def lines(text):
    """Return number, sentence, links and verdict of each line."""
    rows = [row.strip("|").split(" | ") for row in text.splitlines() if re.match(r"\| [A-Z]\d+ \|", row)]
    return [[cell.strip() for cell in row] for row in rows]


def missing(text):
    """Return the lines of the notes that a page lacks, and what it has that they have not."""
    wanted = [f"{letter}{number}" for letter, last in LINES.items() for number in range(1, last + 1)]
    found = [row[0] for row in lines(text)]
    return sorted(set(wanted) ^ set(found)) + [each for each in set(found) if found.count(each) > 1]


def dead(row):
    """Return what a line links to and what is not there; a line without a link is dead itself."""
    found = []
    for target, file in TARGET.findall(row[2]):
        try:
            if target:
                sections.find(CHAPTERS, target)
            elif not Path(file).exists():
                found.append(file)
        except ValueError as error:
            found.append(str(error))
    return found if TARGET.search(row[2]) else [f"{row[0]} links to nothing"]


ROWS = lines(PAGE.read_text(encoding="utf-8"))
each_line = pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])


def test_all_lines_are_there():
    assert sum(LINES.values()) == 91
    assert missing(PAGE.read_text(encoding="utf-8")) == []


def test_a_line_that_is_missing_or_stands_twice_is_told():
    text = PAGE.read_text(encoding="utf-8")
    row = next(each for each in text.splitlines() if each.startswith("| K9 |"))
    assert missing(text.replace(row, "")) == ["K9"]
    assert missing(text.replace(row, f"{row}\n{row}")) == ["K9"]
    assert missing(f"{text}\n| K19 | more | x | right |\n") == ["K19"]


@each_line
def test_it_says_something_and_judges_it(row):
    assert len(row) == 4
    assert len(row[1].split()) >= 1
    assert VERDICT.fullmatch(row[3]), f"{row[0]} is not judged: {row[3]!r}"


@each_line
def test_its_links_lead_to_headings(row):
    assert dead(row) == []


def test_a_dead_link_and_a_line_without_a_verdict_are_told():
    assert "has no such heading" in dead(["S1", "x", "{section}`03-gradient-descent#the-rules`", "right"])[0]
    assert "there is no chapters/99-toys.ipynb" in dead(["S1", "x", "{section}`99-toys`", "right"])[0]
    assert dead(["S1", "x", "[](../exercises/nobody.md)", "right"]) == ["exercises/nobody.md"]
    assert dead(["S1", "x", "somewhere", "right"]) == ["S1 links to nothing"]
    assert not any(VERDICT.fullmatch(words) for words in ("", "put right", "put right: ", "rights"))


@pytest.mark.skipif(not BUILT.exists(), reason="the site is not built; run make book")
def test_the_links_of_the_built_page_lead_to_places():
    page = BeautifulSoup(BUILT.read_text(encoding="utf-8"), "html.parser").article
    links = [a["href"] for a in page.select("td a.reference.internal[href*='chapters/']")]
    assert len(links) >= 91 - 1
    known = {}
    for link in links:
        name, _, anchor = link.partition("#")
        path = (BUILT.parent / name).resolve()
        if path not in known:
            soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
            known[path] = {element["id"] for element in soup.select("[id]")}
        assert not anchor or anchor in known[path], link
