"""The glossary: no term twice, each with its Chinese name, each link to a heading that is there."""

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest

PAGE = Path("glossary.md").read_text(encoding="utf-8")
LATER = sorted(Path("chapters").glob("2*.ipynb"))
OF_THE_TEXT = {  # set in bold there, and no terms: what a list asks, and the furniture of every chapter
    "Theorem", "Proposition", "What you will be able to do", "holds", "holds on", "not decided", "Dask",
    "Spearmint", "SMAC", "Hyperopt", "Optuna", "A target", "The clock", "Eight workloads",
}  # fmt: skip
SENTENCE = re.compile(r"[?]$|^\d+$|^[A-Z].* .* |^search upstream")


def heads(page):
    """Return the heads of the glossary's entries."""
    body = page.split("```{glossary}\n")[1].split("\n```")[0]
    return [line for line in body.split("\n") if line and not line.startswith(" ")]


def terms(head):
    """Return the English terms of one head, in small letters and in the singular."""
    plain = re.sub(r"\([^()]*\)", "", head)
    plain = re.sub(r"(scientific), (nuisance and fixed parameter)", r"\1 \2", plain)
    return [re.sub(r"s$", "", part.strip().lower()) for part in re.split(r",| and (?=[a-z]+ error)", plain)]


def twice(page):
    """Return the terms that stand in two heads."""
    counted = Counter(term for head in heads(page) for term in terms(head))
    return {term for term, times in counted.items() if times > 1}


def without_chinese(page):
    """Return the heads without a Chinese name."""
    return [head for head in heads(page) if not re.search(r"[\u4e00-\u9fff]", head)]


def slugs(path):
    """Return the anchors of a notebook's headings, as the page has them."""
    cells = nbformat.read(path, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    titles = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def dead_links(page):
    """Return the links of a page that lead to no file, or to no heading in it."""
    dead = []
    for target in re.findall(r"\]\(([^)]+)\)", page):
        file, _, anchor = target.partition("#")
        if not Path(file).is_file() or (anchor and anchor not in slugs(file)):
            dead.append(target)
    return dead


def new_terms(path):
    """Return what a chapter sets in bold, without sentences and the furniture of every chapter."""
    cells = nbformat.read(path, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    bold = {found.rstrip(".") for found in re.findall(r"\*\*([^*$\n]+)\*\*", prose)}
    return {each for each in bold - OF_THE_TEXT if not SENTENCE.search(each)}


def unknown(new, page):
    """Return which new terms no entry mentions."""
    body = page.lower()
    return {each for each in new if each.lower() not in body}


def test_no_term_has_two_entries():
    assert len(heads(PAGE)) > 150
    assert twice(PAGE) == set()


def test_every_entry_has_a_chinese_name():
    assert without_chinese(PAGE) == []


def test_every_link_leads_somewhere():
    assert dead_links(PAGE) == []


@pytest.mark.parametrize("path", LATER, ids=lambda path: path.stem)
def test_the_terms_of_the_chapters_on_practice_are_entries(path):
    assert unknown(new_terms(path), PAGE) == set()


def test_faults_are_found():
    planted = (
        "```{glossary}\nrandom search (随机搜索)\n    a\n\nloss\n    b\n\nrandom searches (网格)\n    c\n```"
    )
    assert twice(planted.replace("searches", "search")) == {"random search"}
    assert without_chinese(planted) == ["loss"]
    wrong = (
        "[a](chapters/21-tuning.ipynb#no-such-heading) [b](chapters/99.ipynb) [c](chapters/21-tuning.ipynb)"
    )
    assert dead_links(wrong) == ["chapters/21-tuning.ipynb#no-such-heading", "chapters/99.ipynb"]
    assert "Gaussian process" in new_terms(Path("chapters/21-tuning.ipynb"))
    assert unknown({"Gaussian process", "no such term"}, PAGE) == {"no such term"}
