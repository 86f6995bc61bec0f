"""Solutions on pages of their own: written below each exercise, read where they cannot be seen by accident.

A chapter's last part is its exercises. Each begins with a bold number, and has a hint and an answer that open
on a click::

    **3.** *Prove it.* ...

    <details><summary>Hint</summary>

    ...

    </details>

    <details><summary>Answer</summary>

    ...

    </details>

Cells of code after an answer belong to it. A notebook keeps all this together. In the book the answers move
to ``solutions/NN-slug``, one page a chapter, with the questions; a link stands where the answer was. The
sources of these pages are made before the book is read: nothing about a chapter is typed elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from d2l_utils.words import say
from descent_book import chapter_list

CHAPTERS, FOLDER = "chapters", "solutions"
EXERCISES = "exercises"  # the identifier of the section
ANCHOR = "exercise-{number}"
NUMBER = re.compile(r"(\d+)\.")
STARTS = re.compile(r"^\*\*(\d+)\.\*\*", re.MULTILINE)
HINT, ANSWER = (f"<details><summary>{each}</summary>" for each in ("Hint", "Answer"))
PAGE = """\
# {title}

{introduction}
"""
ENTRY = """
## {heading}

```{{solution}} {number}
```
"""


@dataclass
class Posed:
    """One exercise: the nodes of its question, hint included, and those of its answer.

    Attributes
    ----------
    question, answer : list of nodes.Node
        Siblings in the chapter's document, in its order.
    hints, answers : int
        How many there are; one each, if all is well.
    """

    question: list[nodes.Node] = field(default_factory=list)
    answer: list[nodes.Node] = field(default_factory=list)
    hints: int = 0
    answers: int = 0


def begins(node: nodes.Node) -> int | None:
    """Return the number of the exercise that a node begins, or None."""
    if not isinstance(node, nodes.paragraph):
        return None
    told = (child for child in node.children if child.astext())  # MyST may put an empty text first
    first = next(told, None)
    match = NUMBER.fullmatch(first.astext()) if isinstance(first, nodes.strong) else None
    return int(match[1]) if match else None


def is_raw(node: nodes.Node, text: str) -> bool:
    """Tell whether a node is this piece of HTML."""
    return isinstance(node, nodes.raw) and node.astext().strip() == text


def posed(document: nodes.document) -> dict[int, Posed]:
    """Return the exercises of a chapter by their numbers.

    Raises
    ------
    ExtensionError
        If an exercise has not exactly one hint and after it one answer.
    """
    found: dict[int, Posed] = {}
    for section in document.findall(nodes.section):
        if EXERCISES in section["ids"]:
            for node in section.children:
                number = begins(node)
                if number is not None:
                    found[number] = Posed()
                if not found or isinstance(node, nodes.section):
                    continue
                current = found[max(found)]
                current.hints += is_raw(node, HINT)
                current.answers += is_raw(node, ANSWER)
                (current.answer if current.answers else current.question).append(node)
    for number, each in found.items():
        if (each.hints, each.answers) != (1, 1) or any(is_raw(node, HINT) for node in each.answer):
            raise ExtensionError(
                f"{document['source']}, exercise {number}: has {each.hints} hints and {each.answers} "
                "answers; expected one hint, and one answer after it"
            )
    return found


def numbers(notebook: Path) -> list[int]:
    """Return the numbers of the exercises in a chapter's notebook."""
    cells = nbformat.read(notebook, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    _, _, exercises = text.partition("\n## Exercises\n")
    return [int(number) for number in STARTS.findall(exercises)]


def page(chapter: chapter_list.ListedChapter) -> str:
    """Return the source of a chapter's page of solutions."""
    link = f"[{chapter.title}](../{CHAPTERS}/{chapter.path.name})"
    head = PAGE.format(
        title=say("Solutions: {title}", title=chapter.title),
        introduction=say("To the exercises of {chapter}. Try them first.", chapter=link),
    )
    entries = (
        ENTRY.format(number=number, heading=say("Exercise {number}", number=number))
        for number in numbers(chapter.path)
    )
    return head + "".join(entries)


def write_pages(app: Sphinx, config: Config) -> None:
    """Make the sources of the pages, and remove those of chapters that are no more."""
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(exist_ok=True)
    made = {}
    for chapter in chapter_list.all_of(Path(app.srcdir) / CHAPTERS):
        if numbers(chapter.path):
            made[folder / f"{chapter.path.stem}.md"] = page(chapter)
    for path in set(folder.glob("*.md")) - made.keys():
        path.unlink()
    for path, text in made.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


class moved(nodes.General, nodes.Element):
    """Where the question and the answer of an exercise will stand."""


class Solution(SphinxDirective):
    """``{solution} 3``: the third exercise of the chapter of the same file name, with its answer."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the place; the page is read again when the chapter changes."""
        chapter = f"{CHAPTERS}/{Path(self.env.docname).name}"
        self.env.note_dependency(str(self.env.doc2path(chapter)))
        return [moved(chapter=chapter, number=int(self.arguments[0]))]


def opened(answer: list[nodes.Node]) -> Iterator[nodes.Node]:
    """Yield the nodes of an answer without the tags that fold it."""
    yield from (node for node in answer if not (is_raw(node, ANSWER) or is_raw(node, "</details>")))


def without_hint(question: list[nodes.Node]) -> Iterator[nodes.Node]:
    """Yield the nodes of a question without its hint."""
    inside = False
    for node in question:
        inside = inside or is_raw(node, HINT)
        if not inside:
            yield node
        inside = inside and not is_raw(node, "</details>")


class Move(SphinxPostTransform):
    """Take the answers out of the chapters and put them on their pages, before links are resolved."""

    default_priority = 3  # MyST-NB chooses among a cell's outputs at 4, Sphinx resolves links at 10

    def run(self, **kwargs: object) -> None:
        """Do it for one page."""
        folder, _, name = self.env.docname.rpartition("/")
        if folder == CHAPTERS:
            self.take(f"{FOLDER}/{name}")
        elif folder == FOLDER:
            self.put()

    def take(self, page: str) -> None:
        """Leave a link where an answer was, and name the hints in the book's language."""
        address = self.app.builder.get_relative_uri(self.env.docname, page)
        for number, each in posed(self.document).items():
            uri, words = f"{address}#{ANCHOR.format(number=number)}", say("Solution {number}", number=number)
            link = nodes.reference("", words, refuri=uri, internal=True)
            parent = each.answer[0].parent
            parent.insert(
                parent.index(each.answer[0]), nodes.paragraph("", "", link, classes=["solution-link"])
            )
            for node in each.answer:
                parent.remove(node)
            for hint in (node for node in each.question if is_raw(node, HINT)):
                hint.replace_self(nodes.raw("", HINT.replace("Hint", escape(say("Hint"))), format="html"))

    def put(self) -> None:
        """Show the questions and the answers of a chapter."""
        for place in list(self.document.findall(moved)):
            exercise = posed(self.env.get_doctree(place["chapter"]))[place["number"]]
            question = nodes.container("", *without_hint(exercise.question), classes=["posed"])
            shown = [question, *opened(exercise.answer)]
            for node in shown:
                for reference in node.findall(addnodes.pending_xref):
                    reference["refdoc"] = self.env.docname
            anchor, ids = ANCHOR.format(number=place["number"]), place.parent["ids"]
            ids += {anchor}.difference(ids)  # in English the heading has it
            place.replace_self(shown)
        if any(isinstance(node, nodes.math | nodes.math_block) for node in self.document.findall()):
            equations = self.env.get_domain("math").data["has_equations"]
            equations[self.env.docname] = True  # or the page has no MathJax


def setup(app: Sphinx) -> None:
    """Make the pages, offer their directive, and move the answers."""
    app.connect("config-inited", write_pages)
    app.add_node(moved)
    app.add_directive("solution", Solution)
    app.add_post_transform(Move)
