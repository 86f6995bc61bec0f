"""Read a chapter: a cell without its framework shows its stored output, folded ones say what they hold."""

import nbformat
from nbformat import NotebookNode

from d2l_utils.frameworks import lacking, skip_lacking
from d2l_utils.words import say
from descent_book import folded

FULL_NAMES = {"torch": "PyTorch", "keras": "Keras", "mxnet": "MXNet"}


def read(text: str) -> NotebookNode:
    """Return the notebook of ``text``; a sentence follows each cell that cannot run here."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in skip_lacking(notebook.cells):
        missing = folded.names([FULL_NAMES[name] for name in lacking(cell.metadata["tags"])])
        sentence = say(
            "*{names} was not installed where this page was built: the output above is the stored one.*",
            names=missing,
        )
        place = notebook.cells.index(cell) + 1
        notebook.cells.insert(place, nbformat.v4.new_markdown_cell(sentence))
    folded.label(notebook.cells)
    return notebook
