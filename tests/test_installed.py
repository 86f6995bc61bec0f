"""Which frameworks are here: a cell that needs one is left out without it, and a sentence says so."""

import os

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


def test_keras_takes_what_is_here_and_keeps_what_is_set(monkeypatch, capsys):
    monkeypatch.setattr(installed, "find_spec", only("keras", "jax", "tensorflow"))
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert frameworks.has_keras()
    assert os.environ["KERAS_BACKEND"] == "tensorflow"
    monkeypatch.delenv("KERAS_BACKEND")
    assert frameworks.has_keras()
    assert os.environ["KERAS_BACKEND"] == "jax"
    assert capsys.readouterr().out == ""


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
