"""Problem set 7: what a student gets wrong is recognised, what is right counts, and the answers are right."""

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import permutation_test

from exercises.grading.marking.judge import rehearse
from exercises.grading.question import load
from exercises.ps7.flips import p_value
from exercises.ps7.given import readings
from exercises.ps7.luck import expected_pick
from exercises.ps7.profiles import profile_area
from exercises.ps7.rungs import halving
from exercises.ps7.targets import steps_to_target
from tests.grading import planted

LOG = "low * (high / low) ** u"
REST = "1 - (1 - low) * ((1 - high) / (1 - low)) ** u"
GUARD = "        if not np.isfinite(losses[i]):\n            return np.inf\n"
HIT = "np.isfinite(loss) and loss <= target"
WINDOW = "range(len(losses) - stay + 1)"
ALL_HIT = f"        if all({HIT} for loss in losses[i : i + stay]):\n            return steps[i]\n"
BEFORE_LOOP = f"    for i in {WINDOW}:\n"
LOST_LAST = "np.where(np.isnan(validation), np.inf, validation)"
GROUP_MEAN = "np.mean(test[tied])"
TOP = "n, mean = len(test), 0.0"
READING = "np.where(np.isnan(losses[:, now - 1]), np.inf, losses[:, now - 1])"
RANK = "key=lambda i: (reading[i], i)"
KEEP = "max(1, len(left) // eta)"
RATIO = "ratio = times[:, j] / best[j]"
GAIN = "np.maximum(0.0, most - ratio)"
SCALED = "area / (most - 1) / times.shape[1]"
TAIL = "sum(count for total, count in ways.items() if total >= sum(leads)) / 2 ** len(leads)"
LEADS = "leads = [int(b) - int(a) for a, b in zip(ours, theirs)]"
BORDER = "chosen == 0 or chosen == last"
LEVEL = 'np.mean(side["validation"], axis=1)'
CHANCE = "min(tried) * len(tried) > 0.05"
SIZES = 'report["ours"]["validation"].size != report["theirs"]["validation"].size'
PAIR = '(report["ours"], report["theirs"])'
CUT_SHORT = (
    "        row = losses[i : i + stay]\n        if all(np.isfinite(x) and x <= target for x in row):\n"
)
ALIVE = "    end = next((i for i, x in enumerate(losses) if not np.isfinite(x)), len(losses))\n"

MISTAKES = {
    "q1": {
        "all-linear": [(LOG, "low + u * (high - low)"), (REST, "low + u * (high - low)")],
        "exponents": [(LOG, "np.log10(low) + u * np.log10(high / low)")],
        "two-bases": [(LOG, "10 ** (np.log(low) + u * np.log(high / low))")],
        "log-turned": [(LOG, "high * (low / high) ** u")],
        "rest-turned": [(REST, "1 - (1 - high) * ((1 - low) / (1 - high)) ** u")],
        "rest-as-log": [(REST, LOG)],
        "rest-linear": [(REST, "low + u * (high - low)")],
        "rest-kept": [("1 - (1 - low) *", "(1 - low) *")],
        "one-share": [("zip(row, space.items())", "zip([row[0]] * len(space), space.items())")],
        "alphabet": [
            (
                "zip(row, space.items())",
                "[(row[sorted(space).index(name)], (name, space[name])) for name in space]",
            )
        ],
        "transposed": [("for row in shares", "for row in shares.T.reshape(shares.shape)")],
    },
    "q2": {
        "strict": [("loss <= target", "loss < target")],
        "touches": [(WINDOW, "range(len(losses))"), ("losses[i : i + stay]", "losses[i : i + 1]")],
        "index": [("return steps[i]", "return i")],
        "confirmed": [("return steps[i]", "return steps[i + stay - 1]")],
        "open-end": [(BEFORE_LOOP, f"{ALIVE}    losses = losses[:end]\n    for i in range(len(losses)):\n")],
        "in-total": [
            (
                BEFORE_LOOP,
                f"{ALIVE}    hit = [i for i in range(end) if losses[i] <= target]\n"
                f"    return steps[hit[0]] if len(hit) >= stay else np.inf\n{BEFORE_LOOP}",
            )
        ],
        "for-good": [
            (BEFORE_LOOP, f"{ALIVE}    losses = losses[:end]\n{BEFORE_LOOP}"),
            ("losses[i : i + stay]", "losses[i:]"),
        ],
        "best-so-far": [
            (BEFORE_LOOP, f"{ALIVE}    losses = np.minimum.accumulate(losses[:end])\n{BEFORE_LOOP}")
        ],
        "resumes": [(GUARD, "")],
        "nan-arrives": [(GUARD, ""), (HIT, "not loss > target")],
        "minus-infinity": [
            ("not np.isfinite(losses[i])", "not losses[i] < np.inf"),
            (HIT, "loss <= target"),
        ],
        "lost-anywhere": [
            (BEFORE_LOOP, f"    if not np.all(np.isfinite(losses)):\n        return np.inf\n{BEFORE_LOOP}")
        ],
        "last-step": [
            (GUARD, "        if not np.isfinite(losses[i]):\n            return steps[-1]\n"),
            (
                f"{ALL_HIT}    return np.inf",
                f"{ALL_HIT}    return steps[-1] if len(steps) else np.inf",
            ),
        ],
        "zero-is-never": [("return steps[i]", "return steps[i] or np.inf")],
    },
    "q3": {
        "replaced": [
            ("comb(n, k)", "n**k"),
            ("comb(free, k) - comb(free - int(tied.sum()), k)", "free**k - (free - int(tied.sum())) ** k"),
        ],
        "own-best": [
            (
                f"    validation = {LOST_LAST}",
                f"    test = np.where(np.isnan(validation), 1e3, validation)\n    validation = {LOST_LAST}",
            )
        ],
        "picked-by-test": [(LOST_LAST, "test")],
        "largest": [
            ("validation < value", "validation > value"),
            (LOST_LAST, "np.where(np.isnan(validation), -np.inf, validation)"),
        ],
        "first-of-ties": [(GROUP_MEAN, "test[tied][0]")],
        "luckiest-of-ties": [(GROUP_MEAN, "test[tied].min()")],
        "lost-first": [(LOST_LAST, "np.where(np.isnan(validation), -np.inf, validation)")],
        "lost-left-out": [
            (
                TOP,
                "kept = ~np.isnan(validation)\n    if kept.any():\n        validation, test = validation[kept], test[kept]\n        k = min(k, len(test))\n    n, mean = len(test), 0.0",
            )
        ],
        "first-k": [("    return mean", "    return test[np.argmin(validation[:k])]")],
        "all-n": [(TOP, "k, n, mean = len(test), len(test), 0.0")],
        "mean": [("    return mean", "    return np.mean(test)")],
        "one-less": [(TOP, "k, n, mean = max(k - 1, 1), len(test), 0.0")],
    },
    "q4": {
        "worst-kept": [(READING, "np.where(np.isnan(losses[:, now - 1]), np.inf, -losses[:, now - 1])")],
        "from-scratch": [("(now - before)", "now")],
        "rounds-up": [(KEEP, "-(-len(left) // eta)")],
        "halves": [(KEEP, "max(1, len(left) // 2)")],
        "nobody": [(KEEP, "len(left) // eta")],
        "last-of-ties": [(RANK, "key=lambda i: (reading[i], -i)")],
        "places": [("left = ranked[:", "left = [left.index(i) for i in ranked][:")],
        "late-reading": [
            (READING, "losses[:, min(now, losses.shape[1] - 1)]"),
            (
                "        ranked",
                "        reading = np.where(np.isnan(reading), np.inf, reading)\n        ranked",
            ),
        ],
        "best-so-far": [
            (
                READING,
                "np.where(np.isnan(losses[:, now - 1]), np.inf, np.fmin.reduce(losses[:, :now], axis=1))",
            )
        ],
        "peeks": [(READING, "np.where(np.isnan(losses[:, -1]), np.inf, losses[:, -1])")],
        "nan-stays": [("np.inf, losses[:, now - 1])", "-np.inf, losses[:, now - 1])")],
        "equal-rungs": [("now * eta", "now + first")],
        "trains-the-winner": [
            ("len(left) > 1", "len(left) >= 1"),
            ("before, now =", "if len(ranked) == 1:\n            break\n        before, now ="),
        ],
        "no-purse": [("paid + price > budget", "False")],
        "overdraws": [("paid + price > budget", "paid >= budget")],
        "keeps-change": [("paid + price > budget", "paid + price >= budget")],
        "by-number": [("return left, paid", "return sorted(left), paid")],
    },
    "q5": {
        "own-best": [
            ("    best =", "    times = times.T\n    best ="),
            ("np.zeros(len(times))", "np.zeros(len(times))"),
            (
                "    best = times.min(axis=0)",
                "    rows = [[max(0.0, most - t / min(row)) if min(row) < np.inf else 0.0 for t in row] for row in times.T]\n    return np.mean(rows, axis=1) / (most - 1)\n    best = times.min(axis=0)",
            ),
        ],
        "to-first": [("times.min(axis=0)", "times[0]")],
        "to-worst": [
            ("times.min(axis=0)", "np.where(np.isfinite(times), times, 0).max(axis=0)"),
            ("np.isfinite(best[j])", "best[j] > 0"),
        ],
        "end-point": [(GAIN, "(ratio <= most) * (most - 1)")],
        "wins": [(GAIN, "(ratio <= 1) * (most - 1)")],
        "inverse": [(GAIN, "(most - 1) / ratio")],
        "from-zero": [("(most - 1)", "most")],
        "undivided": [(SCALED, "area / times.shape[1]")],
        "negative": [
            (
                "        if np.isfinite(best[j]):\n            ",
                "        if not np.isfinite(best[j]):\n            area -= np.inf\n        else:\n            ",
            ),
            ("            area += np.maximum(0.0, most - ratio)", "            area += most - ratio"),
        ],
        "logarithmic": [(GAIN, "np.maximum(0.0, 1 - np.log(ratio) / np.log(most)) * (most - 1)")],
        "nan": [("if np.isfinite(best[j])", "if True")],
        "left-out": [
            ("times.shape[1]\n", "times.shape[1]\n"),
            (SCALED, "area / (most - 1) / np.isfinite(best).sum()"),
        ],
        "all-win": [
            (
                "        if np.isfinite",
                "        if np.isinf(best[j]):\n            area += most - 1\n        if np.isfinite",
            )
        ],
    },
    "q6": {
        "two-sided": [("if total >= sum(leads)", "if abs(total) >= abs(sum(leads))")],
        "turned": [("int(b) - int(a)", "int(a) - int(b)")],
        "strict": [("total >= sum", "total > sum")],
        "itself": [(TAIL, f"({TAIL.replace(' / 2', ' - 1) / 2')}")],
        "plus-one": [(TAIL, f"(1 + {TAIL.replace(' / 2 ** len(leads)', ') / (1 + 2 ** len(leads))')}")],
        "doubled": [(TAIL, f"min(1.0, 2 * {TAIL})")],
        "signs": [(LEADS, "leads = [int(np.sign(int(b) - int(a))) for a, b in zip(ours, theirs)]")],
        "ranks": [
            (
                LEADS,
                f"{LEADS}\n    from scipy.stats import rankdata\n    leads = [d for d in leads if d]\n"
                "    leads = [int(r * 2) * (1 if d > 0 else -1) for r, d in zip(rankdata(np.abs(leads)) if leads else [], leads)]",
            )
        ],
        "normal": [
            (TAIL, "__import__('math').erfc(sum(leads) / (2 * sum(d * d for d in leads)) ** 0.5) / 2")
        ],
    },
    "q7": {
        "ours-only": [(PAIR, '(report["ours"],)')],
        "theirs-only": [(PAIR, '(report["theirs"],)')],
        "both-sides": [
            ("    broken = set()\n", "    broken, seen = set(), []\n"),
            ('broken.add("A")', 'seen.append("A")'),
            ('broken.add("C")', 'seen.append("C")'),
            (
                "    tried =",
                "    broken |= {letter for letter in seen if seen.count(letter) == 2}\n    tried =",
            ),
        ],
        "low-end": [(BORDER, "chosen == 0")],
        "high-end": [(BORDER, "chosen == last")],
        "next-to-border": [(BORDER, "chosen <= 1 or chosen >= last - 1")],
        "counts-settings": [(SIZES, 'len(report["ours"]["grid"]) != len(report["theirs"]["grid"])')],
        "counts-seeds": [(SIZES, 'len(report["ours"]["test"][0]) != len(report["theirs"]["test"][0])')],
        "chosen-by-test": [(LEVEL, 'np.mean(side["test"], axis=1)')],
        "best-run": [(LEVEL, 'np.nanmin(side["validation"], axis=1)')],
        "nan-wins": [("level = np.where(np.isnan(level), np.inf, level)", "level = +level")],
        "nan-passed-over": [(LEVEL, 'np.nanmean(side["validation"], axis=1)')],
        "no-correction": [(" * len(tried)", "")],
        "every-p": [(CHANCE, "max(tried) > 0.05")],
        "mean-p": [(CHANCE, "np.mean(tried) > 0.05")],
    },
}
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
                "n, total = len(test), 0.0\n    order = np.argsort(np.where(np.isnan(validation), np.inf, validation), kind='stable')\n"
                "    key = np.where(np.isnan(validation), np.inf, validation)[order]\n    for i in range(n):\n"
                "        total += comb(n - 1 - i, k - 1) / comb(n, k) * np.mean(test[order][key == key[i]])\n    return total\n"
                "    n, mean = len(test), 0.0",
            )
        ],
    },
    "q4": {
        "stable sort": [
            (
                f"ranked = sorted(left, {RANK})",
                "left = sorted(left)\n        ranked = [left[i] for i in np.argsort(reading[left], kind='stable')]",
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
                "    with np.errstate(all='ignore'):\n        gain = np.nan_to_num(np.maximum(0, most - times / best), nan=0.0)\n"
                "    return (gain / (most - 1)).mean(axis=1)\n    area =",
            )
        ],
        "infinity first": [(RATIO, "ratio = np.minimum(times[:, j], most * best[j]) / best[j]")],
    },
    "q6": {
        "without zeros": [(LEADS, f"{LEADS}\n    leads = [d for d in leads if d]")],
        "the other tail": [("if total >= sum(leads)", "if -total >= sum(leads)")],
        "a polynomial": [
            (
                LEADS,
                f"{LEADS}\n    row = np.ones(1)\n    for d in leads:\n        row = np.convolve(row, np.r_[0.5, np.zeros(2 * abs(d) - 1), 0.5] if d else [1.0])\n"
                "    reach = sum(map(abs, leads))\n    return row[sum(leads) + reach :].sum()\n    pass",
            )
        ],
    },
    "q7": {
        "a text": [("    return broken", "    return ''.join(sorted(broken, reverse=True))")],
        "a list": [("    return broken", "    return sorted(broken)")],
        "sums": [(LEVEL, 'np.sum(side["validation"], axis=1)')],
    },
}


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("question", "slip", "edits"), planted.rows(MISTAKES))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a student's division by zero
def test_a_students_mistake_is_recognised(question, slip, edits, seed):
    judged = planted.judged("ps7", question, edits, seed)
    assert judged["slip"] == slip
    assert judged["score"] < judged["points"]


def test_every_known_slip_is_planted():
    assert {question: set(slips) for question, slips in MISTAKES.items()} == planted.known("ps7")


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
        found = quad(lambda tau, row=row: np.mean(row <= tau), 1, 2.5, points=breaks, limit=200)[0]
        assert area == pytest.approx(found / 1.5, abs=1e-6)


def test_p_is_scipys():
    rng = np.random.default_rng(0)
    for _ in range(10):
        ours, theirs = rng.integers(5, 30, (2, 8))
        there = permutation_test(
            (theirs - ours,), np.sum, permutation_type="samples", n_resamples=np.inf, alternative="greater"
        )
        assert p_value(ours, theirs) == pytest.approx(there.pvalue)


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
    assert steps_to_target(np.arange(20), curve, 0.2, 2) < 20
    assert np.isnan(readings(5.0, 0.5, seed=0, count=20)).any()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("seed", range(12))
def test_no_slip_is_another_one(seed):
    for question in load("ps7").questions:
        for slip in question.slips:
            assert rehearse(question, slip.function, seed)["slip"] == slip.key
            break
