"""A contest of several studies: the median counts, tuning is paid, and the board says what may be chance."""

import copy
import itertools

import numpy as np
import pytest

from exercises.grading import job
from exercises.grading.answers import Answer, Failure
from exercises.grading.course import board
from exercises.grading.marking.judge import trial
from exercises.grading.question import load
from exercises.grading.sandbox.notebook import Cell
from exercises.grading.sandbox.transcript import Transcript
from exercises.ps5.given import BUDGET, Signs
from tests.grading import sets

Q4 = load("ps5").question("q4")
ONCE = "    return params"
FEW = ("batch_size, rho = 64", "batch_size, rho = 600")  # a test that asks little is quick


def trained(seed=1):
    """Return a round and what the solution makes of it."""
    signs = Signs(seed)
    return signs, sets.left_behind("ps5", solved=True)[0]["train"](signs.gradient, *signs.arguments)


def judged(values):
    """Judge answers to the studies; a value of None is a study that raised an error."""
    contest = trial(Q4, 3)
    for oracle, value in zip(contest.oracles, values, strict=True):
        oracle.score = lambda _, value=value: value
    outcomes = [
        Failure("raised", "ValueError") if value is None else Answer({"W": value}) for value in values
    ]
    return contest.judge(outcomes)


def test_the_median_of_the_studies_counts():
    found = judged([0.9, 0.1, 0.65, 0.8, 0.2, 0.74, 0.9])
    assert (found["measure"], found["score"]) == (0.74, 5)
    assert found["studies"] == [0.9, 0.1, 0.65, 0.8, 0.2, 0.74, 0.9]
    assert "Reached 0.74 in the median of 7 studies" in found["parts"][2]["message"]


def test_a_study_that_brings_nothing_scores_0_and_a_few_of_them_are_borne():
    found = judged([None, 0.8, None, 0.8, 0.8, 0.8, float("nan")])
    assert (found["measure"], found["score"], found["status"]) == (0.8, 6, "partial")
    assert found["studies"][0] == found["studies"][6] == 0.0
    assert judged([None, 0.8, None, 0.8, 0.8, None, None])["measure"] == 0.0
    nothing = judged([None] * 7)
    assert (nothing["measure"], nothing["score"]) == (None, 0)
    assert "Raised an error" in nothing["parts"][0]["message"]


def test_each_study_has_another_round_the_same_for_all():
    contest, again = trial(Q4, 3), trial(Q4, 3)
    first = [oracle.ask(oracle.arguments[0], 64)["W"] for oracle in contest.oracles]
    assert len(first) == Q4.studies == 7
    assert not any(np.array_equal(a, b) for a, b in itertools.combinations(first, 2))
    for gradient, oracle in zip(first, again.oracles, strict=True):
        assert np.array_equal(gradient, oracle.ask(oracle.arguments[0], 64)["W"])


def test_validation_picks_and_the_test_tells():
    signs, good = trained()
    bad = {name: 0 * values for name, values in good.items()}
    lost = {name: values + np.nan for name, values in good.items()}
    alone = signs.score(good)
    assert signs.trials == 1
    assert signs.score([bad, good, lost]) == alone > signs.score([lost, bad])
    assert signs.trials == 2
    # A trial that the test likes best, and validation does not, is not picked.
    other = {name: 1.02 * values for name, values in good.items()}
    apart = [signs._validate(each) for each in (good, other)]
    assert signs.score([good, other]) == signs.score((good, other)[int(np.argmin(apart))])


def test_validation_and_test_share_no_example():
    signs = Signs(4)
    held = [{row.tobytes() for row in x} for x, _ in (signs._train, signs._validation, signs._test)]
    assert list(map(len, held)) == [1200, 300, 1200]
    assert len(set.union(*held)) == 2700


@pytest.mark.parametrize("returned", [[], 4, "all"])
def test_no_more_trials_than_three_and_no_fewer_than_one(returned):
    signs, good = trained()
    with pytest.raises(ValueError, match=r"1 to 3 trials|must be a dict"):
        signs.score([good] * returned if isinstance(returned, int) else returned)
    with pytest.raises(ValueError, match="diverged"):
        signs.score([{name: values + np.inf for name, values in good.items()}] * 2)


def graded(edits):
    """Grade the solution of problem set 5 after edits of its training."""
    notebook = copy.deepcopy(sets.notebooks("ps5")[1])
    (cell,) = (cell for cell in notebook.cells if "def train(" in cell.source)
    for right, wrong in edits:
        assert right in cell.source
        cell.source = cell.source.replace(right, wrong)
    task = {"problem_set": "ps5", "student": "ada", "notebook": sets.file(notebook), "seed": 17}
    return job.grade(task)["questions"]["q4"]


@pytest.mark.needs("bubblewrap")
def test_trials_are_paid_from_one_budget_in_the_box():
    start = "params = {name: p.copy() for name, p in start.items()}"
    found = graded([FEW, (start, start + "\n    first = dict(params)"), (ONCE, "    return [first, params]")])
    assert found["trials"] == 2
    assert found["asked"] == 7 * BUDGET // 600
    assert found["measure"] > 0.15  # the untrained trial is not the one that counts
    assert sorted(found["studies"])[3] == found["measure"]


@pytest.mark.needs("bubblewrap")
def test_what_one_study_paid_buys_nothing_in_the_next():
    # It trains in the first study only, and shows its parameters in all others.
    found = graded(
        [
            ("def train(", "kept = []\n\n\ndef train("),
            ("    squares =", "    if kept:\n        return kept[0]\n    squares ="),
            (ONCE, "    kept.append(params)\n    return params"),
        ]
    )
    assert found["asked"] == BUDGET // 64
    assert found["studies"][0] > 0.6 > 0.3 > found["measure"]
    assert found["score"] == 0


@pytest.mark.needs("bubblewrap")
def test_a_program_that_asks_on_when_the_money_is_gone_ends_that_study_only():
    asks = "        if squares['W'][0, 0] > squares['W'][1, 0]:\n"
    asks += "            [gradient(params, 1200) for _ in range(13)]\n"
    found = graded([FEW, ("        grads =", f"{asks}        grads =")])
    assert 0.0 in found["studies"]
    assert max(found["studies"]) > 0.15
    assert found["status"] == "partial"


def test_the_box_has_no_say_in_which_study_is_asked():
    heard = []
    requests = [{"question": "q4", "kind": "contest", "cases": [[], [], []]}]
    box = Transcript([Cell(1, "")], requests, lambda *asked: heard.append(asked[2]), 1000)
    box.hear(b'{"question": "q4", "begin": true, "ticket": "0"}')
    box.hear(b'{"question": "q4", "ask": [1], "case": 2, "ticket": "a"}')
    box.hear(b'{"question": "q4", "case": 0, "answer": 1}')
    box.hear(b'{"question": "q4", "ask": [1], "case": 0, "ticket": "b"}')
    box.hear(b'{"question": "q4", "case": 2, "answer": 1}')
    box.hear(b'{"question": "q4", "ask": [1], "ticket": "c"}')
    box.hear(b'{"question": "q4", "case": 1, "answer": 1}')
    box.hear(b'{"question": "q4", "ask": [1], "ticket": "d"}')
    assert heard == [0, 1, 1, 2]


def test_a_request_holds_no_seed_and_no_example():
    contest = trial(Q4, 3)
    assert contest.request.keys() == {"question", "kind", "target", "cpu_seconds", "cases"}
    for case, oracle in zip(contest.request["cases"], contest.oracles, strict=True):
        start, *numbers = case
        assert set(start["dict"]) == {"W", "b"}
        assert numbers == [1200, 14400] == list(oracle.arguments[1:])


# --- the board


def entry(student, studies, **others):
    question = {"title": "The contest", "kind": "contest", "measure": float(np.median(studies)), "asked": 70}
    return {"student": student, "questions": {"q4": question | {"studies": list(studies), **others}}}


def rows(found):
    """Return the cells of the board's rows, by student."""
    lines = board.markdown(found, 1, names=True).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {row[1]: row for row in cells[2:]}


def test_the_board_tells_n_band_trials_and_p():
    first = np.array([0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86])
    second = first - 0.01
    third = first[::-1] - 0.02
    found = [entry("b", second), entry("a", first, trials=3), entry("c", third)]
    table = rows(found)
    assert table["a"] == ["1", "a", "0.8300", "0.8000 … 0.8600", "3", "10", "–", "–"]
    assert table["b"][6:] == ["0.016", "0.016"]  # 2 of 128: all seven differences have one sign
    assert float(table["c"][6]) > 0.05
    text = board.markdown(found, 1)
    assert "n = 7 studies" in text
    assert "98.4 %" in text


def test_a_band_holds_the_median_as_often_as_the_board_says():
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(40_000, 7))
    held = np.mean((draws.min(axis=1) < 0) & (draws.max(axis=1) > 0))
    assert held == pytest.approx(1 - 2 / 2**7, abs=0.003)


def test_a_sign_flip_by_hand_and_by_counting():
    assert board.sign_flip([3.0, 2.0, -1.0]) == 4 / 8  # |6| and |4|, on both sides
    assert board.sign_flip([0.0, 0.0]) == 1.0
    assert board.sign_flip([0.1, 0.2, 0.3]) == 2 / 8  # sums that differ by rounding alone are equal
    rng = np.random.default_rng(0)
    for _ in range(20):
        d = rng.normal(size=6)
        flips = np.array(list(itertools.product((1, -1), repeat=6)))
        sums = np.abs(flips @ d)
        assert board.sign_flip(d) == np.mean(sums >= abs(d.sum()) - 1e-9)


def test_a_p_value_is_small_as_often_as_it_says():
    rng = np.random.default_rng(0)
    ps = np.array([board.sign_flip(rng.normal(size=7)) for _ in range(2000)])
    for level in (2 / 128, 6 / 128, 0.25):
        assert np.mean(ps <= level) == pytest.approx(level, abs=0.03)


def test_results_from_before_the_studies_still_rank():
    old = entry("old", [0.7])
    del old["questions"]["q4"]["studies"]
    table = rows([old, entry("new", [0.6, 0.8, 0.8])])
    assert table["old"][2:] == ["0.7000", "0.7000 … 0.7000", "1", "70", "–", "–"]
    assert board.markdown([old], 1).splitlines()[2] == "| place | who | measure | asked |"
