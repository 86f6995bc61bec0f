"""Problem set 7: what a student gets wrong is recognised."""

import pytest

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
GAIN = "np.log(np.maximum(1.0, most / ratio))"
SCALED = "area / np.log(most) / times.shape[1]"
CHOICES = "list(combinations(range(n), k))"
LEAST = ".min(axis=2)"
POINTS = "[np.sum(mine < best) for mine in best]"
PLACE = "sum(other > points[i] for other in points)"
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
                "kept = ~np.isnan(validation)\n    if kept.any():\n"
                "        validation, test = validation[kept], test[kept]\n"
                "        k = min(k, len(test))\n    n, mean = len(test), 0.0",
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
            (
                "        before, now = now",
                "        if len(ranked) == 1:\n            break\n        before, now = now",
            ),
        ],
        "no-purse": [("paid + price > budget", "False")],
        "overdraws": [("paid + price > budget", "paid >= budget")],
        "keeps-change": [("paid + price > budget", "paid + price >= budget")],
        "by-number": [("return left, paid", "return sorted(left), paid")],
    },
    "q5": {
        "own-best": [
            (
                "    best =",
                "    gain = [[max(0.0, np.log(most * min(row) / t)) if t < np.inf else 0 for t in row]\n"
                "            for row in times]\n"
                "    return np.mean(gain, axis=1) / np.log(most)\n    best =",
            )
        ],
        "to-first": [("times.min(axis=0)", "times[0]")],
        "to-worst": [
            ("times.min(axis=0)", "np.where(np.isfinite(times), times, 0).max(axis=0)"),
            ("np.isfinite(best[j])", "best[j] > 0"),
        ],
        "end-point": [(GAIN, "(ratio <= most) * np.log(most)")],
        "wins": [(GAIN, "(ratio <= 1) * np.log(most)")],
        "inverse": [(GAIN, "np.log(most) / ratio")],
        "wrong-length": [("/ np.log(most) /", "/ most /")],
        "undivided": [(SCALED, "area / times.shape[1]")],
        "negative": [
            ("        if np", "        if np.isinf(best[j]):\n            area -= np.inf\n        if np"),
            (GAIN, "np.log(most / ratio)"),
        ],
        "linear": [(GAIN, "np.maximum(0.0, most - ratio)"), ("/ np.log(most) /", "/ (most - 1) /")],
        "nan": [("if np.isfinite(best[j])", "if True")],
        "left-out": [(SCALED, "area / np.log(most) / np.isfinite(best).sum()")],
        "all-win": [
            (
                "        if np",
                "        if np.isinf(best[j]):\n            area += np.log(most)\n        if np",
            )
        ],
    },
    "q6": {
        "one-draw": [(CHOICES, "[range(k)]")],
        "replaced": [(CHOICES, "list(__import__('itertools').product(range(n), repeat=k))")],
        "all-n": [(CHOICES, "[range(n)]")],
        "one-less": [(CHOICES, "list(combinations(range(n), max(k - 1, 1)))")],
        "slowest": [(LEAST, ".max(axis=2)")],
        "mean": [(LEAST, ".mean(axis=2)")],
        "turned": [("mine < best", "mine > best")],
        "added": [(POINTS, "list(-best.sum(axis=1))")],
        "wins": [(POINTS, "[np.sum((mine == best.min(axis=0)) & (mine < np.inf)) for mine in best]")],
        "or-equal": [("mine < best", "mine <= best")],
        "left-out": [(LEAST, f"{LEAST}\n        best = best[:, np.isfinite(best).all(axis=0)]")],
        "by-number": [
            (PLACE, "sum(o > points[i] or (o == points[i] and j < i) for j, o in enumerate(points))")
        ],
        "worse-place": [(PLACE, "sum(other >= points[i] for other in points) - 1")],
        "last-first": [(PLACE, "sum(other < points[i] for other in points)")],
        "counts": [("shares / len(choices)", "shares")],
        "transposed": [("shares[i, place]", "shares[place, i]")],
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
        "nan-wins": [
            ("level = np.where(np.isnan(level), np.inf, level)", "level = +level"),
            ("level[chosen] > level.min()", "chosen != np.argmin(level)"),
        ],
        "nan-passed-over": [(LEVEL, 'np.nanmean(side["validation"], axis=1)')],
        "no-correction": [(" * len(tried)", "")],
        "every-p": [(CHANCE, "max(tried) > 0.05")],
        "mean-p": [(CHANCE, "np.mean(tried) > 0.05")],
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
