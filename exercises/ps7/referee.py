"""Which rules of a fair comparison a report breaks, by its numbers."""

import math
from itertools import combinations

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part

SIDES = ("ours", "theirs")
LEVEL = 0.05


def faults(report):
    """Return the letters of the rules that a report breaks."""
    return _found(report)


def _at_border(side):
    return side["chosen"] in (0, len(side["grid"]) - 1)


def _runs(side):
    return np.size(side["validation"])


def _means(table):
    """Return a mean for each setting; one that was lost for a seed is behind all others."""
    means = np.asarray(table, dtype=float).mean(axis=1)
    return np.where(np.isnan(means), math.inf, means)


def _ill_chosen(side):
    means = _means(side["validation"])
    return means[side["chosen"]] > means.min()


def _unsure(ps):
    return len(ps) * min(ps) > LEVEL


def _found(report, border=_at_border, work=_runs, chosen=_ill_chosen, unsure=_unsure, sides=SIDES, merge=any):
    judged = {
        "A": merge(border(report[side]) for side in sides),
        "B": work(report["ours"]) != work(report["theirs"]),
        "C": merge(chosen(report[side]) for side in sides),
        "D": unsure(report["p_values"]),
    }
    return {letter for letter, broken in judged.items() if broken}


def _with(**others):
    return lambda report: _found(report, **others)


def _by(measure):
    """Return a judge of the choice that goes by another number for each setting."""
    return lambda side: side["chosen"] != int(np.argmin(measure(side)))


def cases(rng):
    """Draw reports that break one rule, none or several; in each way in which a rule can be broken."""

    def side(settings, seeds, at):
        """Return a side whose setting number ``at`` is best on validation, and whose test agrees."""
        grid = 10.0 ** np.arange(-4, settings - 4)
        level = 0.4 + 0.15 * abs(np.arange(settings) - at) + rng.uniform(0, 0.05)
        validation = level[:, None] + rng.uniform(-0.05, 0.05, (settings, seeds))
        test = validation + rng.uniform(0.01, 0.03, (settings, seeds))
        return {"grid": grid, "validation": validation, "test": test, "chosen": at}

    def report(at=(2, 2), settings=(5, 5), seeds=(4, 4), ps=(0.004, 0.2, 0.6)):
        """Return a report without a fault, unless it is asked for one."""
        sides = map(side, settings, seeds, at)
        ps = np.array(ps) * rng.uniform(0.9, 1.1, len(ps))
        return dict(zip(SIDES, sides, strict=True)) | {"p_values": rng.permutation(ps)}

    def lucky(sided, other):
        """Let another setting have the single best run, although its mean is worse."""
        sided["validation"][other] = 0.9
        sided["validation"][other, int(rng.integers(sided["validation"].shape[1]))] = 0.1
        return sided

    def preferred(sided, other):
        """Let another setting be best on the test, and choose that one or not."""
        sided["test"][other] = rng.uniform(0.2, 0.3, sided["test"].shape[1])
        return sided

    def lost(sided, other):
        sided["validation"][other, int(rng.integers(sided["validation"].shape[1]))] = math.nan
        return sided

    for at in ((0, 2), (4, 2), (2, 0), (2, 4), (2, 3), (0, 0)):
        yield Case("border", (report(at),))
    yield Case("border", (report((1, 4), (6, 6)),))
    for settings, seeds in (
        ((5, 7), (4, 4)),
        ((5, 5), (4, 3)),
        ((6, 4), (4, 6)),
        ((4, 7), (3, 3)),
        ((5, 5), (3, 3)),
    ):
        yield Case("work", (report((2, 2), settings, seeds),))
    for name in SIDES:
        for chosen in (2, 3):
            found = report()
            preferred(found[name], 3)["chosen"] = chosen
            yield Case("choice", (found,))
        found = report()
        found[name]["chosen"] = 1
        yield Case("choice", (found,))
        found = report()
        lucky(found[name], 1)
        yield Case("choice", (found,))
        for other in (1, 4):
            found = report()
            lost(found[name], other)
            yield Case("choice", (found,))
        found = report()
        lost(found[name], 2)["chosen"] = 1
        found[name]["validation"][1] -= 0.1
        yield Case("choice", (found,))
    for ps in (
        (0.03,),
        (0.03, 0.4),
        (0.2,),
        (0.001, 0.06),
        (0.03, 0.045, 0.5, 0.7),
        (0.01, 0.3, 0.4),
        (0.011, 0.02, 0.03, 0.6, 0.8),
    ):
        yield Case("chance", (report(ps=ps),))
    for letters in combinations("ABD", 2):
        yield Case(
            "chance",
            (
                report(
                    at=(2, 4 if "A" in letters else 2),
                    seeds=(4, 3 if "B" in letters else 4),
                    ps=(0.3, 0.03) if "D" in letters else (0.3, 0.01),
                ),
            ),
        )


REFEREE = Function(
    name="q7",
    title="You are the referee",
    target="faults",
    examples=8,
    parts=(
        Part("border", 1, "sees a best value on the border", "Both sides, both ends."),
        Part("work", 1, "counts the runs of both sides", "A run is one setting with one seed."),
        Part(
            "choice", 1, "sees what a setting was chosen by", "Means over the seeds, of validation. And NaN?"
        ),
        Part(
            "chance", 1, "minds how many comparisons there were", "Who tries twenty times finds a p of 0.05."
        ),
    ),
    cases=cases,
    reference=faults,
    slips=(
        Mistake(
            "ours-only", "You look at our side only. Theirs must be tuned as well.", _with(sides=("ours",))
        ),
        Mistake(
            "theirs-only",
            "You look at their side only. An own result on the border is not found yet, either.",
            _with(sides=("theirs",)),
        ),
        Mistake(
            "both-sides",
            "You object only if both sides break a rule. One is enough.",
            _with(merge=all),
        ),
        Mistake(
            "low-end",
            "You look at the low end of the grid only.",
            _with(border=lambda side: side["chosen"] == 0),
        ),
        Mistake(
            "high-end",
            "You look at the high end of the grid only.",
            _with(border=lambda side: side["chosen"] == len(side["grid"]) - 1),
        ),
        Mistake(
            "next-to-border",
            "You also object to a value next to the border. It has a worse neighbour on either side, "
            "which is "
            "what a grid can show.",
            _with(border=lambda side: not 1 < side["chosen"] < len(side["grid"]) - 2),
        ),
        Mistake(
            "counts-settings",
            "You compare how many settings were tried. Each was run with each seed: count the runs.",
            _with(work=lambda side: len(side["grid"])),
        ),
        Mistake(
            "counts-seeds",
            "You compare the numbers of seeds. Each setting was run with each: count the runs.",
            _with(work=lambda side: np.shape(side["validation"])[1]),
        ),
        Mistake(
            "chosen-by-test",
            "You ask for the setting that is best on the test. That is the fault, not the rule: "
            "choose by validation.",
            _with(chosen=_by(lambda side: side["test"].mean(axis=1))),
        ),
        Mistake(
            "best-run",
            "You go by the single best run of a setting. One lucky seed decides then; take the mean "
            "over the seeds.",
            _with(chosen=_by(lambda side: np.nan_to_num(side["validation"], nan=9.0).min(axis=1))),
        ),
        Mistake(
            "nan-wins",
            "`argmin` takes NaN for the least. A setting that was lost for one seed is behind all others.",
            _with(chosen=_by(lambda side: side["validation"].mean(axis=1))),
        ),
        Mistake(
            "nan-passed-over",
            "You take the mean of the seeds that survived. A setting that was lost for one seed is "
            "behind all others.",
            _with(chosen=_by(lambda side: np.nanmean(side["validation"], axis=1))),
        ),
        Mistake(
            "no-correction",
            "You compare the smallest p with 0.05, however many there are. Of twenty, one is that "
            "small by chance.",
            _with(unsure=lambda ps: min(ps) > LEVEL),
        ),
        Mistake(
            "every-p",
            "You object if any p is large. The report claims the smallest one only.",
            _with(unsure=lambda ps: max(ps) > LEVEL),
        ),
        Mistake(
            "mean-p",
            "You take the mean of the p-values. Multiply the smallest by how many there are.",
            _with(unsure=lambda ps: float(np.mean(ps)) > LEVEL),
        ),
    ),
)
