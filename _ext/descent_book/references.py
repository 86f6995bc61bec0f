"""References called by their authors and year, "Kingma and Ba 2015", in the text as in the bibliography.

A title keeps its capitals, and a DOI, an arXiv number or an address is a link.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator

from pybtex import plugin as pybtex_plugins
from pybtex.database import Entry
from pybtex.style.formatting import unsrt
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.template import field, href, join, optional, sentence
from sphinx.application import Sphinx
from sphinxcontrib.bibtex import plugin as sphinx_plugins
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

NAME = "descent"
DOI, ARXIV = "https://doi.org/", "https://arxiv.org/abs/"


def label(entry: Entry) -> str:
    """Return the authors and the year of an entry, of three authors and more the first."""
    people = entry.persons.get("author") or entry.persons["editor"]
    names = [" ".join(map(str, person.rich_prelast_names + person.rich_last_names)) for person in people]
    authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    return f"{authors} {entry.fields['year']}"


class Labels(BaseLabelStyle):
    """Labels of authors and year."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        """Yield a label for each entry; two of the same label would be mistaken for each other."""
        labels = [label(entry) for entry in sorted_entries]
        twice = [each for each, count in Counter(labels).items() if count > 1]
        if twice:
            raise ValueError(f"references.bib has two entries each for {twice}; say 2015a and 2015b")
        yield from labels


class Style(unsrt.Style):
    """Pybtex's plainest style, with titles as they were printed and with links."""

    default_label_style = Labels
    default_sorting_style = "author_year_title"

    def format_title(self, e: Entry, which_field: str, as_sentence: bool = True) -> object:
        """Return a title with its capitals."""
        title = field(which_field)
        return sentence[title] if as_sentence else title

    def format_web_refs(self, e: Entry) -> object:
        """Return the links of an entry."""
        doi, number, address = (field(name, raw=True) for name in ("doi", "eprint", "url"))
        return sentence[
            optional[href(join[DOI, doi])["doi:", doi]],
            optional[href(join[ARXIV, number])["arXiv:", number]],
            optional[href(address)[address]],
        ]


@dataclasses.dataclass
class Citations(AuthorYearReferenceStyle):
    """Citations in the words of the labels."""

    author_year_sep: str = " "


def setup(app: Sphinx) -> None:
    """Let the bibliography and the citations have our styles."""
    pybtex_plugins.register_plugin("pybtex.style.formatting", NAME, Style)
    sphinx_plugins.register_plugin("sphinxcontrib.bibtex.style.referencing", NAME, Citations)
