"""Problem set 7: no right way to write it costs, and the answers are found in another way, too."""

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad

from exercises.ps7.given import readings
from exercises.ps7.lots import lottery
from exercises.ps7.luck import expected_pick
from exercises.ps7.profiles import profile_area
from exercises.ps7.rungs import halving
from exercises.ps7.targets import arrival
from tests.grading import planted
from tests.grading.test_ps7 import BEFORE_LOOP, CHOICES, LEVEL, LOG, PLACE, POINTS, RANK, RATIO, REST, TOP

VARIANTS = {
    "q1": {
        "exponentials": [(LOG, "np.exp(np.log(low) + u * (np.log(high) - np.log(low)))")],
        "powers of ten": [(REST, "1 - 10 ** (np.log10(1 - low) * (1 - u) + np.log10(1 - high) * u)")],
        "a mean": [("low + u * (high - low)", "(1 - u) * low + u * high")],
    },
    "q2": {
        "a counter": [
            (
                BEFORE_LOOP,
                "    row = 0\n    for i, loss in enumerate(losses):\n        if not np.isfinite(loss):\n"
                "            break\n        row = row + 1 if loss <= target else 0\n        if row >= stay:\n"
                f"            return float(steps[i - stay + 1])\n    return float('inf')\n{BEFORE_LOOP}",
            )
        ],
        "an integer": [("return steps[i]", "return int(steps[i])")],
    },
    "q3": {
        "positions": [
            (
                TOP,
                "n, total = len(test), 0.0\n"
                "    order = np.argsort(np.where(np.isnan(validation), np.inf, validation), kind='stable')\n"
                "    key = np.where(np.isnan(validation), np.inf, validation)[order]\n"
                "    for i in range(n):\n"
                "        total += comb(n - 1 - i, k - 1) / comb(n, k) * np.mean(test[order][key "
                "== key[i]])\n    return total\n"
                "    n, mean = len(test), 0.0",
            )
        ],
    },
    "q4": {
        "stable sort": [
            (
                f"ranked = sorted(left, {RANK})",
                "left = sorted(left)\n"
                "        ranked = [left[i] for i in np.argsort(reading[left], kind='stable')]",
            )
        ],
        "an array": [("return left, paid", "return np.array(left), float(paid)")],
        "lexsort": [
            (
                f"sorted(left, {RANK})",
                "[int(i) for i in np.lexsort((np.arange(len(losses)), reading)) if i in left]",
            )
        ],
    },
    "q5": {
        "all at once": [
            (
                "    area =",
                "    with np.errstate(all='ignore'):\n        gain = np.log2(most) - np.log2(times / best)\n"
                "    gain = np.nan_to_num(np.maximum(0, gain), nan=0.0)\n"
                "    return (gain / np.log2(most)).mean(axis=1)\n    area =",
            )
        ],
        "infinity first": [(RATIO, "ratio = np.minimum(times[:, j], most * best[j]) / best[j]")],
    },
    "q6": {
        "all at once": [(POINTS, "(best[:, None] < best[None]).sum(axis=(1, 2))")],
        "permutations": [(CHOICES, "list(__import__('itertools').permutations(range(n), k))")],
        "sorted points": [(PLACE, "sorted(points, reverse=True).index(points[i])")],
        "a list": [("return shares / len(choices)", "return (shares / len(choices)).tolist()")],
    },
    "q7": {
        "a text": [("    return broken", "    return ''.join(sorted(broken, reverse=True))")],
        "a list": [("    return broken", "    return sorted(broken)")],
        "sums": [(LEVEL, 'np.sum(side["validation"], axis=1)')],
    },
}


@pytest.mark.parametrize("seed", [0, 7, 2**33])
@pytest.mark.parametrize(("question", "name", "edits"), planted.rows(VARIANTS))
def test_no_right_way_to_write_it_costs(question, name, edits, seed):
    judged = planted.judged("ps7", question, edits, seed)
    assert judged["score"] == judged["points"]


# --- the answers, found in another way


def test_a_pick_is_the_mean_of_all_choices():
    rng = np.random.default_rng(0)
    for _ in range(20):
        validation, test = rng.integers(1, 5, 6) / 4, rng.uniform(size=6)
        validation[rng.integers(6)] = math.nan
        keys, k = np.nan_to_num(validation, nan=math.inf), int(rng.integers(1, 7))
        told = []
        for some in map(list, itertools.combinations(range(6), k)):
            told.append(test[some][keys[some] == keys[some].min()].mean())
        assert expected_pick(validation, test, k) == pytest.approx(np.mean(told))


def test_an_area_is_the_integral_of_the_profile():
    rng = np.random.default_rng(0)
    times = rng.uniform(1, 3, (3, 4))
    times[1, 2] = times[2, 2] = times[0, 1] = np.inf
    ratios = times / times.min(axis=0)
    for row, area in zip(ratios, profile_area(times, 2.5), strict=True):
        breaks = sorted(r for r in row if r < 2.5)
        found = quad(lambda tau, row=row: np.mean(row <= tau) / tau, 1, 2.5, points=breaks, limit=200)[0]
        assert area == pytest.approx(found / math.log(2.5), abs=1e-6)


def test_a_lottery_on_one_problem_needs_no_draws():
    """On one problem the first place belongs to whoever has the quickest of all runs that were drawn."""
    rng = np.random.default_rng(0)
    for n, k in ((5, 2), (7, 3), (6, 6)):
        times = rng.permutation(np.arange(1.0, 3 * n + 1)).reshape(3, 1, n)
        quickest = times[:, 0].min(axis=0)
        first = np.zeros(3)
        for trial in range(n):
            behind = np.sum(quickest > quickest[trial])
            first[times[:, 0, trial].argmin()] += math.comb(int(behind), k - 1) / math.comb(n, k)
        shares = lottery(times, k)
        assert shares[:, 0] == pytest.approx(first)
        assert shares.sum(axis=1) == pytest.approx(1)


def test_renaming_methods_renames_the_rows_of_a_lottery():
    rng = np.random.default_rng(0)
    times = rng.integers(1, 5, (4, 3, 6)).astype(float)
    times[rng.random(times.shape) < 0.3] = np.inf
    order = rng.permutation(4)
    assert lottery(times[order], 3) == pytest.approx(lottery(times, 3)[order])


def test_a_race_without_a_purse_pays_every_rung_and_with_one_never_more():
    rng = np.random.default_rng(0)
    losses = rng.uniform(size=(27, 27))
    left, spent = halving(losses, 1, 3, 10**6)
    assert (len(left), spent) == (1, 27 + 9 * 2 + 3 * 6)
    for budget in range(0, 70):
        left, spent = halving(losses, 1, 3, budget)
        assert spent <= budget
        assert len(left) == {0: 27, 27: 9, 45: 3, 63: 1}[spent]


def test_the_runs_that_students_get_arrive_and_are_lost():
    curve = readings(0.5, 0.9, seed=0, count=20)
    assert arrival(np.arange(20), curve, 0.2, 2) < 20
    assert np.isnan(readings(5.0, 0.5, seed=0, count=20)).any()
