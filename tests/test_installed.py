"""Which frameworks are here: a cell that needs one is left out without it, and a sentence says so."""

import os
import subprocess
import sys

import pytest
from descent_book import reading

from d2l_utils import frameworks
from d2l_utils.frameworks import installed


def only(*names):
    """Return a `find_spec` that knows these modules alone."""
    return lambda name: name if name in names else None


def test_each_tag_has_a_name_in_full():
    assert set(reading.FULL_NAMES) == set(frameworks.NEEDS.values())


@pytest.mark.parametrize(
    ("has", "title"),
    [("has_torch", "PyTorch"), ("has_keras", "Keras"), ("has_optax", "Optax")],
)
def test_without_it_a_sentence_says_so(has, title, monkeypatch, capsys):
    monkeypatch.setattr(installed, "find_spec", only())
    assert not getattr(frameworks, has)()
    assert capsys.readouterr().out.startswith(f"Left out: {title} is not installed here.")


def test_keras_needs_something_to_compute_with(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setattr(installed, "find_spec", only("keras"))
    assert frameworks.lacking(["needs-keras"]) == ["keras"]
    monkeypatch.setattr(installed, "find_spec", only("keras", "jax"))
    assert frameworks.lacking(["needs-keras"]) == []


def test_asking_for_keras_changes_nothing(monkeypatch, capsys):
    monkeypatch.setattr(installed, "find_spec", only("keras", "jax", "tensorflow"))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert frameworks.has_keras()
    assert "KERAS_BACKEND" not in os.environ
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("asked", "taken"), [(None, "torch"), ("jax", "jax")], ids=["the first that is here", "what is set"]
)
@pytest.mark.skipif(bool(frameworks.lacking(["needs-keras", "needs-torch"])), reason="Keras is not installed")
def test_keras_is_told_once_what_to_compute_with(asked, taken):
    code = (
        "import os; from d2l_utils.frameworks import import_keras; keras = import_keras();"
        "print(keras.config.backend(), keras.config.floatx(), os.environ.get('KERAS_BACKEND'))"
    )
    clean = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    environment = clean | ({"KERAS_BACKEND": asked} if asked else {})
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert told.split() == [taken, "float64", str(asked)]


def test_a_backend_that_is_set_and_not_here_is_none(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setattr(installed, "find_spec", only("keras", "torch"))
    assert frameworks.lacking(["needs-keras"]) == ["keras"]


def test_a_cell_that_needs_optax_keeps_what_it_stores(monkeypatch):
    class Cell:
        def __init__(self, tag):
            self.metadata = {"tags": [tag]}

    monkeypatch.setattr(installed, "find_spec", only("torch"))
    cells = [Cell("needs-torch"), Cell("needs-optax")]
    assert frameworks.skip_lacking(cells) == cells[1:]
