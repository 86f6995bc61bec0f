"""References are called by authors and year, keep their titles' capitals, and link to what they name."""

import re
from pathlib import Path

import pytest
from descent_book import references
from pybtex.backends.html import Backend
from pybtex.database import parse_file, parse_string

BOOK = parse_file("references.bib")
UNLINKED = {
    "becker1988",
    "cochran1977",
    "lebedev1971",
    "nesterov1983",
    "saitoh2016",
}  # on paper only, as far as we know
LINK = re.compile(r'<a href="([^"]+)">([^<]+)</a>')


def shown(data):
    """Return each entry's label and its HTML."""
    formatted = references.Style().format_bibliography(data)
    return {each.key: (each.label, each.text.render(Backend())) for each in formatted}


@pytest.fixture(scope="module")
def book():
    return shown(BOOK)


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("polyak1964", "Polyak 1964"),
        ("kingma2015", "Kingma and Ba 2015"),
        ("gurbuzbalaban2021", "Gürbüzbalaban et al. 2021"),
        ("goyal2017", "Goyal et al. 2017"),
        ("mco1999", "Mars Climate Orbiter Mishap Investigation Board 1999"),
    ],
)
def test_a_label_is_the_authors_and_the_year(book, key, label):
    assert book[key][0] == label


def test_two_entries_of_one_label_are_refused():
    entry = "@misc{%s, author={Polyak, Boris}, title={T}, year={1964}}"
    with pytest.raises(ValueError, match=r"two entries each for \['Polyak 1964'\]"):
        shown(parse_string(entry % "one" + entry % "two", "bibtex"))


def test_a_title_keeps_its_capitals(book):
    assert "Convergence Rate O(1/k²)" in book["nesterov1983"][1]
    assert "On the Convergence of Adam and Beyond" in re.sub("<.*?>", "", book["reddi2018"][1])


def test_a_doi_an_arxiv_number_and_an_address_are_links(book):
    assert LINK.findall(book["lessard2016"][1]) == [
        ("https://doi.org/10.1137/15M1009597", "doi:10.1137/15M1009597"),
        ("https://arxiv.org/abs/1408.3595", "arXiv:1408.3595"),
    ]
    ((address, words),) = LINK.findall(book["duchi2011"][1])
    assert address == words == "https://jmlr.org/papers/v12/duchi11a.html"


def test_every_entry_leads_to_what_it_names(book):
    assert {key for key, (_, text) in book.items() if not LINK.search(text)} <= UNLINKED


@pytest.mark.parametrize("key", sorted(BOOK.entries))
def test_an_entry_has_its_parts_where_they_belong(key):
    entry = BOOK.entries[key]
    fields = entry.fields
    assert {"title", "year"} <= set(fields)
    assert entry.persons["author"]
    assert re.fullmatch(r"\d{4}[ab]?", fields["year"])  # 2015a and 2015b, of one first author
    assert re.fullmatch(r"10\.\d{4,5}/\S+", fields.get("doi", "10.1000/1"))
    assert re.fullmatch(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}", fields.get("eprint", "1412.6980"))
    assert fields.get("url", "https://").startswith("https://")
    assert "arXiv" not in fields.get("note", "") + fields.get("howpublished", "") + fields.get("journal", "")


def test_an_entry_is_one_line():
    lines = Path("references.bib").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not re.match(r"@\w+\{\w+, .*\}\}$", line)] == []
    assert len(lines) == len(BOOK.entries)
