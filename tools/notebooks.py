"""Store a chapter's outputs in its notebook, and refuse a notebook that is not stored as it should be.

Run as ``python tools/notebooks.py execute PATH...`` or ``... check PATH...``, with notebooks or folders.

A chapter is committed executed: its printed numbers are kept, so that a test can compare them, while pictures
and widgets, which differ on each machine, are left out. The book's build makes them anew. It makes what a
chapter asks anew, too, of the data of its day.
"""

import argparse
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from d2l_utils.frameworks import SKIPPED, skip_lacking
from d2l_utils.practice.shown import MIME

LONGEST_CELL = 20
CODE_WIDTH, OUTPUT_WIDTH = 68, 72  # columns that a laptop's page shows
DRAWN = "hide-input"  # the tag of a cell whose figure or check is what is read, not its code
IMAGES = ("image/png", "image/jpeg", "image/svg+xml")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
PERSONAL_PATH = re.compile(r"(?<![\w/.])/(?:home|Users|root|tmp|work)/[\w.]|\b[A-Z]:\\Users\\")
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def notebooks(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the notebooks that ``paths`` name, those of a folder in order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.ipynb"))
        else:
            yield path


def lines(text: str) -> int:
    """Count the lines of a cell, the blank ones at its ends left out."""
    return len(text.strip().splitlines())


def output_text(output: NotebookNode) -> str:
    """Return everything that an output shows as text."""
    if output.output_type == "stream":
        return str(output.text)
    data = output.get("data", {})
    return "\n".join(str(content) for mime, content in data.items() if mime.startswith("text/"))


def widest(text: str) -> int:
    """Return the number of columns of the longest line."""
    return max(map(len, text.splitlines()), default=0)


def merge_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join prints that follow each other: where a run splits them depends on its speed."""
    merged: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream" and merged and merged[-1].get("name") == output.name:
            merged[-1].text += output.text
        else:
            merged.append(output)
    return merged


def strip(notebook: NotebookNode) -> None:
    """Remove in place what differs between machines, runs and days: pictures, widgets, HTML of practice."""
    title = notebook.metadata.get("title")
    notebook.metadata = nbformat.from_dict(METADATA | ({"title": title} if title else {}))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        seen[digest] += 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = merge_streams(cell.outputs)
        for output in cell.get("outputs", []):
            asked = ("text/html",) if MIME in output.get("data", {}) else ()
            for mime in (*IMAGES, WIDGET_VIEW, *asked):
                output.get("data", {}).pop(mime, None)
                output.get("metadata", {}).pop(mime, None)


def execute(path: Path) -> None:
    """Run the notebook at ``path`` from its folder and store its outputs; on an error change nothing.

    A cell whose framework is not installed here keeps the outputs that it has.
    """
    notebook = nbformat.read(path, as_version=4)
    skipped = skip_lacking(notebook.cells)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    for cell in skipped:
        cell.metadata["tags"].remove(SKIPPED)
    strip(notebook)
    text = nbformat.writes(notebook)
    path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")


def output_faults(cell: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with the stored outputs of a code cell."""
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"stores the error {output.ename}"
            continue
        is_source = "getsource" in cell.source  # of a rule, as it stands in its file
        if output.output_type == "stream" and widest(output.text) > OUTPUT_WIDTH and not is_source:
            yield f"prints a line of {widest(output.text)} columns; a page shows {OUTPUT_WIDTH}"
        for mime in IMAGES:
            if mime in output.get("data", {}):
                yield f"stores a picture ({mime}); make notebooks strips it"
        text = output_text(output)
        if ADDRESS.search(text):
            yield f"stores a memory address: {ADDRESS.search(text)[0]!r}"  # type: ignore[index]
        shows_figure = "<Figure" in text or any(mime in output.get("data", {}) for mime in IMAGES)
        if shows_figure and not cell.metadata.get("mystnb", {}).get("image", {}).get("alt"):
            yield "shows a figure without alt text; its metadata needs mystnb.image.alt"


def cell_faults(cell: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with one cell."""
    texts = [cell.source]
    if cell.cell_type == "code":
        texts += [output_text(output) for output in cell.outputs]
        if cell.execution_count is None and cell.source.strip():
            yield "was not executed; run make notebooks"
        if lines(cell.source) > LONGEST_CELL:
            yield f"has {lines(cell.source)} lines; at most {LONGEST_CELL} are read at a glance"
        if DRAWN not in cell.metadata.get("tags", []) and widest(cell.source) > CODE_WIDTH:
            yield f"shows a line of {widest(cell.source)} columns; a page shows {CODE_WIDTH}"
        yield from output_faults(cell)
    for text in texts:
        if match := PERSONAL_PATH.search(text):
            yield f"names a path of one machine: {text[match.start() :].split()[0]!r}"


def faults(path: Path) -> list[str]:
    """Return what is wrong with the notebook at ``path``, one line each."""
    notebook = nbformat.read(path, as_version=4)
    found = [
        f"{path.name}, cell {number}: {fault}"
        for number, cell in enumerate(notebook.cells, start=1)
        for fault in cell_faults(cell)
    ]
    if "widgets" in notebook.metadata:
        found.append(f"{path.name}: stores the state of widgets; make notebooks strips it")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run one of the two commands; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("command", choices=("execute", "check"))
    parser.add_argument("paths", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    found: list[str] = []
    for path in notebooks(options.paths):
        if options.command == "execute":
            print(f"Executing {path}", flush=True)
            execute(path)
        found += faults(path)
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
