"""tools/notebooks.py stores outputs that can be compared, and refuses every kind of notebook it should."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from d2l_utils.frameworks import installed
from tools import notebooks

CHAPTERS = [*sorted(Path("chapters").glob("*.ipynb")), *sorted(Path("reference").glob("*.ipynb"))]
SIMPLE_PNG = (
    "import base64\nfrom IPython.display import Image, display\n"
    "display(Image(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg==')))"
)


def write(path, *cells, **metadata):
    nbformat.write(new_notebook(cells=list(cells), metadata=metadata), path)
    return path


def executed(source, *outputs, **metadata):
    return new_code_cell(source, execution_count=1, outputs=list(outputs), metadata=metadata)


def shown(**data):
    mimes = {name.replace("_", "/", 1): content for name, content in data.items()}
    return new_output("display_data", data=mimes)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chapter.ipynb"


def test_execute_keeps_text_and_strips_what_differs(path):
    source = f"{SIMPLE_PNG}\nprint('lr', 0.1)\ndisplay({{'text/html': '<b>live</b>'}}, raw=True)"
    write(
        path,
        new_code_cell(source),
        new_code_cell("1 + 1"),
        language_info={"name": "python", "version": "3.9"},
    )
    notebooks.execute(path)
    stored = nbformat.read(path, as_version=4)
    first, second = stored.cells
    assert [list(output.get("data", {})) for output in first.outputs] == [["text/plain"], [], ["text/html"]]
    assert first.outputs[1].text == "lr 0.1\n"
    assert (first.execution_count, second.execution_count) == (1, 2)
    assert second.outputs[0].data["text/plain"] == "2"
    assert stored.metadata == notebooks.METADATA
    assert first.metadata == {}


def test_execute_keeps_what_a_missing_framework_printed(path, monkeypatch):
    cell = executed("import torch", new_output("stream", text="tensor(1.)\n"), tags=["needs-torch"])
    write(path, cell, new_code_cell("1 + 1"))
    monkeypatch.setattr(installed, "find_spec", lambda name: None)
    notebooks.execute(path)
    kept, _ = nbformat.read(path, as_version=4).cells
    assert kept.outputs[0].text == "tensor(1.)\n"
    assert kept.metadata == {"tags": ["needs-torch"]}


def test_execute_strips_widgets_but_keeps_their_html(path):
    bundle = "{'text/html': '<i>live</i>', 'text/plain': 'S', 'application/vnd.jupyter.widget-view+json': {}}"
    source = f"import ipywidgets\nslider = ipywidgets.IntSlider()\ndisplay({bundle}, raw=True)"
    notebooks.execute(write(path, new_code_cell(source)))
    stored = nbformat.read(path, as_version=4)
    assert stored.cells[0].outputs[0].data == {"text/html": "<i>live</i>", "text/plain": "S"}
    assert "widgets" not in stored.metadata


def test_prints_that_a_slow_loop_splits_are_stored_as_one(path):
    source = "import sys, time\nfor i in range(3):\n    print(i)\n    sys.stdout.flush()\n    time.sleep(0.3)"
    notebooks.execute(write(path, new_code_cell(source)))
    (output,) = nbformat.read(path, as_version=4).cells[0].outputs
    assert output.text == "0\n1\n2\n"


def test_execute_twice_changes_nothing(path):
    write(path, new_markdown_cell("# Title"), new_code_cell("import numpy as np\nprint(f'{np.sqrt(2):.4f}')"))
    notebooks.execute(path)
    first = path.read_bytes()
    notebooks.execute(path)
    assert path.read_bytes() == first


def test_an_inserted_cell_leaves_the_other_ids_alone(path):
    def ids(*sources):
        notebooks.execute(write(path, *map(new_code_cell, sources)))
        return [cell.id for cell in nbformat.read(path, as_version=4).cells]

    before, after = ids("x = 1", "x", "x"), ids("x = 1", "y = 2", "x", "x")
    assert len(set(after)) == 4
    assert before == [after[0], *after[2:]]


def test_execute_runs_in_the_folder_of_the_notebook(path):
    (path.parent / "beside.txt").write_text("found")
    notebooks.execute(write(path, new_code_cell("print(open('beside.txt').read())")))
    assert nbformat.read(path, as_version=4).cells[0].outputs[0].text == "found\n"


def test_execute_leaves_a_failing_notebook_as_it_was(path):
    write(path, new_code_cell("1 / 0"))
    before = path.read_bytes()
    with pytest.raises(Exception, match="ZeroDivisionError"):
        notebooks.execute(path)
    assert path.read_bytes() == before


FIGURE = shown(text_plain="<Figure size 640x480 with 1 Axes>")
ALT = {"mystnb": {"image": {"alt": "A path that rolls into a bowl."}}}


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (new_code_cell("1 + 1"), "was not executed"),
        (executed("fig", shown(image_png="aGk=", text_plain="x"), **ALT), "stores a picture"),
        (executed("fig", shown(**{"image_svg+xml": "<svg/>"}), **ALT), "stores a picture"),
        (executed("1 / 0", new_output("error", ename="ZeroDivisionError")), "stores the error"),
        (executed("\n".join(["x = 1"] * 21)), "has 21 lines"),
        (executed("x" * 69), "shows a line of 69 columns"),
        (executed("x" * 69, tags=["hide-cell"]), "shows a line of 69 columns"),
        (executed("1", new_output("stream", text="x" * 73 + "\n")), "prints a line of 73 columns"),
        (executed("fig", FIGURE), "without alt text"),
        (executed("object()", shown(text_plain="<object object at 0x7f3a>")), "memory address"),
        (executed("print(p)", new_output("stream", text="/home/ada/book/x.csv")), "path of one machine"),
        (new_markdown_cell(r"Save it in C:\Users\ada."), "path of one machine"),
    ],
)
def test_check_refuses(path, cell, fault, capsys):
    write(path, cell)
    assert notebooks.main(["check", str(path)]) == 1
    assert fault in capsys.readouterr().err
    assert len(notebooks.faults(path)) == 1


def test_check_refuses_widget_state(path):
    write(path, widgets={"application/vnd.jupyter.widget-state+json": {}})
    assert notebooks.faults(path) == ["chapter.ipynb: stores the state of widgets; make notebooks strips it"]


def test_check_accepts_a_stored_chapter(path):
    text = new_output("stream", text="loss at 0.5 see https://example.org/home/index.html\n")
    longest = "\n".join(["x = 1"] * 19 + ["x" * 68])
    printed = new_output("stream", text="x" * 72 + "\n")
    folded = executed("x" * 100, printed, tags=["hide-input"])
    rule = executed("print(inspect.getsource(f))", new_output("stream", text="x" * 90 + "\n"))
    figure = executed("fig", FIGURE, **ALT)
    write(path, new_markdown_cell("# Title"), figure, executed(longest, text), folded, rule)
    assert notebooks.main(["check", str(path.parent)]) == 0


def test_there_are_chapters():
    assert CHAPTERS


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_chapter_is_stored_as_it_should_be(chapter):
    assert notebooks.faults(chapter) == []
