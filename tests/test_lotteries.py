"""The stored lotteries of the chapter beyond Adam: complete, drawn as the chapter draws, and found again."""

import json

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from d2l_utils.racing import load_lotteries
from tools import lotteries

STORED = load_lotteries()
RACE = lotteries.chapter()
ENTRIES = [(part, name) for part in ("race", "longer") for name in STORED[part]]


def test_all_that_is_to_be_run_is_stored():
    wanted = {}
    for part, name, lottery in lotteries.jobs(RACE["field"]):
        wanted[part, name] = lottery + 1
    assert {(part, name): len(STORED[part][name]["test"]) for part, name in ENTRIES} == wanted
    assert STORED["lotteries"] == lotteries.LOTTERIES
    for part, name in ENTRIES:
        assert STORED[part][name]["test"].shape == (wanted[part, name], 8)
        assert np.isfinite(STORED[part][name]["test"]).all()


@pytest.mark.parametrize(("part", "name"), ENTRIES)
def test_the_winners_are_tickets_that_the_chapter_draws(part, name):
    for lottery, settings in enumerate(STORED[part][name]["settings"]):
        tickets = np.array(RACE["tickets"](name, lottery))
        assert np.isclose(tickets, settings, rtol=1e-5).all(axis=1).sum() == 1
        assert not np.isclose(np.array(RACE["tickets"](name, lottery + 1)), settings, rtol=1e-5).any()


def test_a_lottery_is_found_again():
    found = lotteries.run(RACE["tuned"], "race", "Adam, warm-up", 2)
    stored = STORED["race"]["Adam, warm-up"]
    np.testing.assert_allclose(found["settings"], stored["settings"][2], rtol=1e-5)
    np.testing.assert_allclose(found["test"], stored["test"][2], rtol=0.01)


# SOAP's bases turn with the last bits of a processor.
@pytest.mark.parametrize("name", [name for name in STORED["race"] if name != "SOAP"])
def test_a_run_is_found_again(name):
    stored, lottery = STORED["race"][name], STORED["lotteries"] - 1
    tickets = RACE["tickets"](name, lottery)  # stored are six digits, and a run enlarges what is cut off
    exact = min(tickets, key=lambda each: np.abs(np.divide(each, stored["settings"][lottery]) - 1).sum())
    net = RACE["trained"](RACE["field"][name][0], *exact, 100 * (lottery + 1) + 7)
    loss = net.loss(*RACE["test"])
    assert loss == pytest.approx(stored["test"][lottery, 7], rel=0.02)
    assert loss != pytest.approx(stored["test"][lottery, 6], rel=1e-3)  # another seed is not taken for it


def test_what_a_cell_defines():
    source = "import os\nx, (y, *z) = 1, (2, 3)\nfield |= {}\nt: int = 3\ndef step(p):\n    q = p\n"
    assert lotteries.defined(source) == {"x", "y", "z", "field", "t", "step"}


def test_a_chapter_that_lacks_a_part_of_the_race_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "chapter.ipynb"
    cells = [new_code_cell("import math"), new_code_cell("def tuned():\n    return math.pi")]
    nbformat.write(new_notebook(cells=cells), path)
    monkeypatch.setattr(lotteries, "CHAPTER", path)
    with pytest.raises(ValueError, match=r"chapter.ipynb does not define beside, field, part, plain"):
        lotteries.chapter()


def test_a_killed_tool_goes_on_and_parts_are_joined(tmp_path, monkeypatch):
    asked, file = [], tmp_path / "stored.json"

    def tuned(name, lottery, epochs):
        asked.append((name, lottery, epochs))
        return (0.1, 0.2), np.full(8, lottery + 0.123456789)

    monkeypatch.setattr(lotteries, "FILE", file)
    monkeypatch.setattr(
        lotteries, "chapter", lambda: {"field": {"Adam": None, "momentum": None}, "tuned": tuned}
    )
    monkeypatch.setattr(lotteries, "LOTTERIES", 3)
    monkeypatch.setattr(lotteries, "LONG_LOTTERIES", 1)
    log = str(tmp_path / "log.jsonl")
    monkeypatch.setattr("sys.argv", ["lotteries", log, "1", "2"])
    lotteries.main()
    assert sorted(asked) == [(name, lottery, 4) for name in ("Adam", "momentum") for lottery in (1, 2)]
    assert not file.exists()
    asked.clear()
    monkeypatch.setattr("sys.argv", ["lotteries", log])
    lotteries.main()
    assert sorted(asked) == [(name, 0, epochs) for name in ("Adam", "momentum") for epochs in (4, 40)]
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert [each[0] for each in stored["race"]["momentum"]["test"]] == [0.12346, 1.12346, 2.12346]
    assert stored["longer"]["Adam"] == {"settings": [[0.1, 0.2]], "test": [[0.12346] * 8]}
