"""Each entry of *Wrong in print* says what, where and what is right, runs it, and leads to a heading."""

import re
from pathlib import Path

import nbformat
import pytest
from myst_parser.mdit_to_docutils.base import default_slugify
from nbformat.v4 import new_code_cell, new_markdown_cell
from pybtex.database import parse_file

PAGE = Path("reference/wrong-in-print.ipynb")
CELLS = nbformat.read(PAGE, as_version=4).cells
ENTRY = re.compile(r"\(wrong-([a-z0-9-]+)\)=\n### (.+)\n")
TERMS = ("Printed", "Where", "Right", "Taught in")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")
KNOWN = set(parse_file("references.bib").entries)
NOTES = re.compile(r"\bN[1-5]\b|This book")
OWN = "own-"
# What is right by arithmetic that the entry writes out: the cell itself is the source.
BY_ALGEBRA = {"weights-near-one", "half-life", "last-point", "accumulation"}


def read(cells):
    """Return the entries: name, title, what stands under each term, and the cell of code that follows."""
    found = []
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        if cell.cell_type != "markdown" or "\n### " not in f"\n{cell.source}":
            continue
        match = ENTRY.match(cell.source)
        parts = re.split(r"^(\w[\w ]*)\n: ", cell.source, flags=re.MULTILINE)
        terms = {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
        code = after.source if after is not None and after.cell_type == "code" else ""
        found.append((match[1] if match else "", match[2] if match else cell.source, terms, code))
    return found


def headings(path):
    """Return the names by which a link finds the headings of a notebook."""
    sources = [
        cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"
    ]
    return {default_slugify(title) for title in re.findall(r"^#+ (.+)$", "\n".join(sources), re.MULTILINE)}


def lacking(name, title, terms, code):
    """Yield what an entry lacks."""
    if not name:
        yield f"{title!r} has no anchor (wrong-...)="
    yield from (f"{name} does not say {term!r}" for term in TERMS if not terms.get(term))
    where, right = terms.get("Where", ""), terms.get("Right", "")
    if not (NOTES.search(where) or LINK.search(where) or CITED.search(where)):
        yield f"{name}: where it stands is not cited"
    if not (LINK.search(right) or CITED.search(right) or name in BY_ALGEBRA):
        yield f"{name}: the right form has no source"
    if name.startswith(OWN) and not re.search(r"\d November 2026|v\d", where):
        yield f"{name}: when was it wrong?"
    if "assert" not in code:
        yield f"{name}: no cell after it asserts the difference"
    if "print(" not in code and "show(" not in code:
        yield f"{name}: its cell prints nothing"
    links = LINK.findall(terms.get("Taught in", ""))
    if len(links) != 1:
        yield f"{name} leads to {len(links)} sections"
    for link in links:
        yield from broken(link)


def broken(link):
    """Yield what is wrong with a link to a heading of a chapter."""
    file, _, heading = link.partition("#")
    path = (PAGE.parent / file).resolve()
    if not path.exists():
        yield f"there is no {file}"
    elif heading not in headings(path):
        yield f"{path.name} has no heading {heading!r}"


ENTRIES = read(CELLS)


def test_there_are_entries_of_others_and_of_the_book():
    names = [name for name, *_ in ENTRIES]
    assert len(names) == len(set(names)) >= 75
    assert sum(name.startswith(OWN) for name in names) >= 10
    says = re.search(r"Here are (\d+) .* and (\d+) of our own", CELLS[0].source)
    own = sum(name.startswith(OWN) for name in names)
    assert (int(says[1]), int(says[2])) == (len(names) - own, own)


@pytest.mark.parametrize("entry", ENTRIES, ids=[name for name, *_ in ENTRIES])
def test_an_entry_is_whole(entry):
    assert list(lacking(*entry)) == []


def test_the_page_cites_what_is_in_the_bibliography():
    text = "\n".join(cell.source for cell in CELLS if cell.cell_type == "markdown")
    assert {key for group in CITED.findall(text) for key in group.split(",")} <= KNOWN


def test_the_list_leads_to_every_entry_and_the_page_has_no_wide_table():
    text = "\n".join(cell.source for cell in CELLS if cell.cell_type == "markdown")
    local = re.findall(r"\]\(#wrong-([a-z0-9-]+)\)", text)
    assert set(local) == {name for name, *_ in ENTRIES}
    assert not re.search(r"^\|", text, re.MULTILINE)


def test_chapters_link_to_entries_that_are_there():
    linked = set()
    for path in Path("chapters").glob("*.ipynb"):
        linked |= set(
            re.findall(r"wrong-in-print\.ipynb#wrong-([a-z0-9-]+)", path.read_text(encoding="utf-8"))
        )
    assert "saddle-inflection" in linked
    assert linked <= {name for name, *_ in ENTRIES}


WHOLE = """(wrong-toy)=
### A toy

Printed
: one thing

Where
: [a page](https://example.org)

Right
: another {cite:p}`duchi2011`

Taught in
: [Momentum: Play](../chapters/07-momentum.ipynb#play)
"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("", "", None),
        ("(wrong-toy)=\n", "", "no anchor"),
        ("Printed\n: one thing\n", "", "does not say 'Printed'"),
        ("[a page](https://example.org)", "some slides", "where it stands is not cited"),
        (" {cite:p}`duchi2011`", "", "the right form has no source"),
        ("#play", "#pray", "no heading 'pray'"),
        ("07-momentum", "77-momentum", "there is no"),
        ("[Momentum: Play](../chapters/07-momentum.ipynb#play)", "nowhere", "leads to 0 sections"),
    ],
)
def test_a_planted_entry_that_lacks_something_is_found(old, new, fault):
    cells = [new_markdown_cell(WHOLE.replace(old, new)), new_code_cell("print(1)\nassert True")]
    faults = list(lacking(*read(cells)[0]))
    assert faults == [] if fault is None else any(fault in each for each in faults)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ([], "no cell after it"),
        ([new_code_cell("print(1)")], "no cell after it"),
        ([new_code_cell("assert True")], "prints nothing"),
        ([new_markdown_cell("assert print(")], "no cell after it"),
    ],
)
def test_a_planted_entry_without_its_cell_is_found(cells, fault):
    assert any(fault in each for each in lacking(*read([new_markdown_cell(WHOLE), *cells])[0]))
