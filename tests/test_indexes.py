"""The indexes know every method and everybody whom a chapter cites, and find out by themselves."""

from pathlib import Path

import nbformat
import pytest
from descent_book import methods, people, sections
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pybtex.database import parse_file, parse_string

from d2l_utils import optimizers, schedules

ROOT = Path()
PAPERS = parse_file("references.bib")
CHAPTERS = sorted(Path("chapters").glob("*.ipynb"))


@pytest.mark.parametrize("method", optimizers.METHODS, ids=lambda method: method.__name__)
def test_every_optimizer_has_a_place_and_a_paper(method):
    assert methods.papers(method, ROOT), (
        f"{method.__name__}: no reference of its docstring is in references.bib"
    )
    assert sections.find(Path("chapters"), methods.introduced(method, CHAPTERS))


def test_every_optimizer_and_every_taught_schedule_is_listed():
    listed = [method for method, *_ in methods.listed(optimizers, ROOT)]
    assert listed == list(optimizers.METHODS)
    known = {method.__name__ for method, *_ in methods.listed(schedules, ROOT)}
    assert {"CosineDecay", "ExponentialDecay", "InverseTimeDecay", "StepDecay", "Warmup"} <= known
    assert not {"Schedule", "Stepper"} & known


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("SGD", "03-gradient-descent#the-rule"),
        ("Nesterov", "08-nesterov#two-ways-to-write-one-path"),
        ("AdamW", "12-adam#two-ways-to-shrink-a-weight"),
        ("BFGS", "15-second-order-methods#no-matrix-of-second-derivatives-bfgs"),
    ],
)
def test_a_method_is_introduced_where_its_rule_is_printed(name, place):
    assert methods.introduced(getattr(optimizers, name), CHAPTERS) == place


def test_a_new_chapter_is_found_by_itself(tmp_path):
    def chapter(name, *cells):
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=list(cells)), path)
        return path

    heading = new_markdown_cell("# Toys\n\n## A new rule\n\nIt is new.")
    used = chapter("01-toys", heading, new_code_cell("Lion(lr=0.1)"))
    printed = chapter("02-lions", heading, new_code_cell("print(inspect.getsource(rules.lion))"))
    assert methods.introduced(optimizers.Lion, [used]) == "01-toys#a-new-rule"
    assert methods.introduced(optimizers.Lion, [used, printed]) == "02-lions#a-new-rule"
    assert methods.introduced(optimizers.Muon, [used, printed]) == ""


BIB = """
@article{a1, author={Polyak, Boris}, title={x}, year={1964}}
@article{a2, author={Smith, Leslie}, title={x}, year={2017}}
@article{a3, author={Smith, Leslie and Topin, Nicholay}, title={x}, year={2017}}
@article{a4, author={Kingma, Diederik and Ba, Jimmy}, title={x}, year={2015}}
@article{a5, author={Ba, Jimmy}, title={x}, year={2015}}
@article{a6, author={You, Yang and Li, Jing and Reddi, Sashank}, title={x}, year={2020}}
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Polyak 1964; Kingma & Ba 2015, Section 7", ["a1", "a4"]),
        ("Smith & Topin 2017", ["a3"]),
        ("Polyak 1965", []),
        ("You et al. 2020, Algorithm 2", ["a6"]),
        ("arXiv 2502.16982", []),
        ("nobody", []),
    ],
)
def test_papers_are_known_by_author_and_year(text, found):
    assert list(methods.keys(text, parse_string(BIB, "bibtex"))) == found


def test_everybody_is_in_the_index():
    known = people.everybody(CHAPTERS, PAPERS)
    for path in CHAPTERS:
        for key in people.cited(path):
            for person in PAPERS.entries[key].persons.get("author", []):
                last, first = people.identity(person)
                (name,) = [
                    each
                    for each in known
                    if each.split(",")[0] == last and each[len(last) + 2 :][:1] == first
                ]
                assert path.stem in known[name]


def test_two_spellings_are_one_person_and_the_order_knows_no_accents(tmp_path):
    text = """
@article{b1, author={Zoe, Ann and {\\'E}mile, B.}, title={x}, year={1}}
@article{b2, author={Zoe, Ann C.}, title={x}, year={2}}
@article{b3, author={Never, Cited}, title={x}, year={3}}
@article{b4, author={Fay, D.}, title={x}, year={4}}
"""
    bibliography = parse_string(text, "bibtex")
    cells = [["{cite:p}`b1`"], ["{cite:t}`b2,b4`", "code"]]
    paths = [tmp_path / "01-a.ipynb", tmp_path / "02-b.ipynb"]
    for path, sources in zip(paths, cells, strict=True):
        nbformat.write(new_notebook(cells=[new_markdown_cell(each) for each in sources]), path)
    assert people.everybody(paths, bibliography) == {
        "Émile, B.": ["01-a"],
        "Fay, D.": ["02-b"],
        "Zoe, Ann C.": ["01-a", "02-b"],
    }
