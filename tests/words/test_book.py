"""The book's furniture says what it says by the catalogues: folded cells, links to skip, boxes, scripts."""

import json
from pathlib import Path

import pytest
import yaml
from descent_book import folded, language, pages, problem_sets, reading
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbformat.v4.nbbase import NotebookNode

from tests.words import pseudo
from tools import build
from tools import words as collected


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locale")
    pseudo.write(folder, ["book"])
    return folder


def cells():
    """Return a folded cell of each kind."""
    sources = ["x = 1", "plt.plot([1])", "assert x", "def f():\n    pass\n\n\ndef g():\n    pass"]
    made = [new_code_cell(source, metadata={"tags": ["hide-input"]}) for source in sources]
    made.append(new_code_cell("x", metadata={"tags": ["hide-output"]}))
    printed = [new_output("stream", text="1")]
    made.append(new_code_cell("x", metadata={"tags": ["hide-cell"]}, outputs=printed))
    return made


def prompts():
    made = cells()
    folded.label(made)
    return [words for cell in made for words in cell.metadata["mystnb"].values()]


def test_folded_cells_speak_the_language(folder):
    english = prompts()
    with pseudo.spoken(folder):
        told = prompts()
    assert [pseudo.bare(each) for each in told] == [[]] * 12
    assert len(set(english)) == 12
    assert "Show the code of f and g" in english


def test_places_and_boxes_speak_the_language(folder):
    body = '<descent-figure></descent-figure><descent-quiz></descent-quiz><section id="exercises">'
    facts = {"builds_on": [], "points": 1, "minutes": 60}
    with pseudo.spoken(folder):
        places = []
        pages.mark_places(body, places)
        box = problem_sets.summary("ps1", facts)
        scripts = json.loads(language.scripts())
    assert [pseudo.bare(words) for _, words in places] == [[]] * 3
    shown = [line for line in box.replace(">", "> ").split("\n") if line and line[0] not in ":<"]
    assert [pseudo.bare(line) for line in shown] == [[]] * len(shown)
    assert "⟦Doownlooaad ps1.ipynb⟧" in box
    assert set(scripts) == set(language.SCRIPTS)
    assert all(pseudo.bare(words) == [] for words in scripts.values())
    assert language.scripts() == ""


def test_the_scripts_ask_for_nothing_else():
    text = "".join(path.read_text("utf-8") for path in (collected.ROOT / "_static").glob("*.js"))
    assert all(f'"{words}"' in text for words in language.SCRIPTS)


def test_a_missing_framework_is_told_in_the_language(folder, monkeypatch):
    monkeypatch.setattr(reading, "skip_lacking", lambda cells: cells[:1])
    monkeypatch.setattr(reading, "lacking", lambda tags: ["torch", "mxnet"])
    cell = new_code_cell("x", metadata={"tags": []})
    notebook = NotebookNode(new_notebook(cells=[cell]))
    with pseudo.spoken(folder):
        read = reading.read(json.dumps(notebook))
    assert pseudo.bare(read.cells[1].source, ["PyTorch", "MXNet"]) == []


def test_a_bare_prompt_is_found(folder, monkeypatch):
    monkeypatch.setitem(folded.PROMPTS, "check", ("Show how it is checked", "Hide it"))
    with pseudo.spoken(folder):
        assert ["Show", "how", "it", "is", "checked"] in [pseudo.bare(each) for each in prompts()]


def test_english_needs_no_catalogue_and_another_language_its_own(tmp_path):
    path = tmp_path / "locale" / "zh_CN" / "LC_MESSAGES" / "book.po"
    path.parent.mkdir(parents=True)
    path.write_text("")
    (path.parent / "book.mo").write_text("")
    assert language.catalogues(tmp_path, "en") == []
    assert language.catalogues(tmp_path, "zh_CN") == [path]


def test_the_configuration_of_a_language_finds_the_books_extension(tmp_path, monkeypatch):
    (tmp_path / "_config.yml").write_text(Path("_config.yml").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    assert build.spoken("") == (tmp_path / "_build", [])
    built, (_, path, *_) = build.spoken("zh_CN")
    assert built == tmp_path / "_build" / "zh_CN" / "_build"
    config = yaml.safe_load(Path(path).read_text(encoding="utf-8"))["sphinx"]
    assert config["config"]["language"] == "zh_CN"
    assert Path(path).parent / config["local_extensions"]["descent_book"] == tmp_path / "_ext"
