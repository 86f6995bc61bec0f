"""The numbers on the first page: what the build can count, counted when the page is made.

``{numbers}`` lists them. Each is counted in the files themselves; what nobody can count is not there.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from d2l_utils.words import noted_forms, plural
from descent_book import people, sections, solutions

LINE = re.compile(r"\| [A-Z]\d+ \|")


def notebooks(root: Path) -> list[Path]:
    """Return the notebooks of the chapters."""
    return sorted((root / sections.CHAPTERS).glob("*.ipynb"))


def code(root: Path) -> Iterator[str]:
    """Yield each cell of code in the chapters."""
    for path in notebooks(root):
        yield from (
            each.source for each in nbformat.read(path, as_version=4).cells if each.cell_type == "code"
        )


def is_check(node: ast.AST) -> bool:
    """Tell whether a piece of syntax asserts something: the statement, or a function of NumPy's."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr.startswith("assert_")
    return isinstance(node, ast.Assert)


def chapters(root: Path) -> int:
    """Count the chapters."""
    return len(notebooks(root))


def cells(root: Path) -> int:
    """Count the cells of code that the build executes."""
    return sum(1 for _ in code(root))


def checks(root: Path) -> int:
    """Count the assertions in them."""
    return sum(is_check(node) for source in code(root) for node in ast.walk(ast.parse(source)))


def parity(root: Path) -> int:
    """Count the recorded runs of other frameworks: 25 steps of a method, with settings, at a scale."""
    recorded = (
        json.loads(path.read_text("utf-8")) for path in (root / "tests/parity/recorded").glob("*.json")
    )
    frameworks = (each for file in recorded for each in file.get("frameworks", {}).values())
    return sum(len(each["steps"]) for each in frameworks)


def tests(root: Path) -> int:
    """Count the functions that pytest collects; many run on dozens of cases."""
    trees = (ast.parse(path.read_text("utf-8")) for path in (root / "tests").rglob("test_*.py"))
    functions = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return sum(each.name.startswith("test_") for each in functions)


def exercises(root: Path) -> int:
    """Count the exercises, each with a hint and a solution."""
    return sum(len(solutions.numbers(path)) for path in notebooks(root))


def sources(root: Path) -> int:
    """Count the works that the chapters cite."""
    return len(set().union(*(people.cited(path) for path in notebooks(root))))


def figures(root: Path) -> int:
    """Count the live figures."""
    return sum("explore(" in source for source in code(root))


def lines(root: Path) -> int:
    """Count the lines of the notes that the book grew out of, each with a link and a verdict."""
    text = (root / "reference" / "what-the-notes-say.md").read_text("utf-8")
    return sum(bool(LINE.match(line)) for line in text.splitlines())


COUNTED: tuple[tuple[Callable[[Path], int], tuple[str, str]], ...] = (
    (chapters, noted_forms("chapter", "chapters")),
    (cells, noted_forms("cell of code, executed for these pages", "cells of code, executed for these pages")),
    (checks, noted_forms("assertion in it", "assertions in them")),
    (parity, noted_forms("run compared with another framework", "runs compared with other frameworks")),
    (tests, noted_forms("test of the rest", "tests of everything else")),
    (figures, noted_forms("live figure", "live figures")),
    (exercises, noted_forms("exercise, solved", "exercises, with hints and solutions")),
    (sources, noted_forms("work cited", "works cited")),
)


class Numbers(SphinxDirective):
    """``{numbers}``: a list of what was counted."""

    def run(self) -> list[nodes.Node]:
        """Return the list; every build counts anew."""
        self.env.note_reread()
        root = Path(self.env.srcdir)
        items = [self.item(count(root), forms) for count, forms in COUNTED]
        return [nodes.bullet_list("", *items, classes=["descent-numbers"])]

    def item(self, number: int, forms: tuple[str, str]) -> nodes.list_item:
        """Return a number and what it counts."""
        words = plural(*forms, number)
        return nodes.list_item(
            "", nodes.paragraph("", "", nodes.strong("", f"{number:,}"), nodes.Text(f" {words}"))
        )


def setup(app: Sphinx) -> None:
    """Offer the directive."""
    app.add_directive("numbers", Numbers)
