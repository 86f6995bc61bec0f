"""What a run of the benchmark leaves behind: a table, a JSON file, figures, and the book's status page."""

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import figures

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "status.md"
PACKAGES = ("numpy", "torch", "mxnet", "keras", "jax", "optax")

TERMS = """\
*Hand-written floats* is the rule in plain Python, with a variable for each number. *Naive NumPy class* is
an optimizer as beginners' books write it. *Compiled* means one step compiled by JAX, for Keras as for
Optax; *Keras on torch* calls Keras' optimizer on PyTorch's tensors. *Fused* is PyTorch's step in one
kernel. The *limit of the memory* is the time in which this machine moves the bytes that a step must read
and write.
"""
PRICE = """\
From 100,000 parameters on, every step that is one compiled loop is faster than ours: it walks over the
arrays once, NumPy once for each operation. That is the price of a rule that you can read, and no goal asks
for less.
"""


def machine():
    """Return what the numbers depend on: the processor's model, the versions, and the day."""
    return {
        "processor": processor(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := installed(name))},
        "date": datetime.now(UTC).date().isoformat(),
    }


def processor():
    """Return the processor's model, as the system calls it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def installed(name):
    """Return the version of a package, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def number(value):
    """Return a ratio to two digits, or as a whole number from 100 on."""
    return f"{value:.0f}" if value >= 99.5 else f"{value:.2g}" if value >= 1 else f"{value:.2f}"


def between(spread):
    """Return a median with its quartiles."""
    return f"{number(spread['median'])} ({number(spread['low'])}–{number(spread['high'])})"


def goal_line(goal):
    """Return a goal in words, what was measured, and whether it is met."""
    sign = "≥" if goal["at_least"] else "≤"
    return (
        f"{goal['slow']} / {goal['fast']}",
        between(goal),
        f"{sign}\N{NO-BREAK SPACE}{goal['bound']:g}",
        "✓" if goal["met"] else "✗",
    )


def table(outcome):
    """Return the ratios and goals of a regime as text."""
    lines = [f"\n{outcome['key']}: {outcome['title']}; time over that of {outcome['ours']}"]
    lines += [f"  {name:40}{between(spread)}" for name, spread in outcome["ratios"].items()]
    for what, measured, bound, mark in map(goal_line, outcome["goals"]):
        lines.append(f"  {mark} {what:54}{measured:22}goal {bound}")
    return "\n".join(lines)


def write(results):
    """Write the results, the figures and the page."""
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    figures.draw(results)
    PAGE.write_text(page(results), encoding="utf-8")


def read():
    """Return the stored results."""
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def page(results):
    """Return the status page: every number in it comes from ``results``."""
    about = results["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in about["packages"].items())
    goals = [goal for outcome in results["regimes"] for goal in outcome["goals"]]
    met = sum(goal["met"] for goal in goals)
    parts = [
        "# Status: how fast the optimizers are\n",
        "The optimizers of this book are written to be read. This page shows what that costs.\n",
        "Each group of contestants does the same work. That they compute the same numbers is checked "
        "first. Then they take turns, in a new order each round, on one core with one thread. Every number "
        "is a ratio of two times in the same round: the median over the rounds, with the quartiles in "
        "brackets. There are no seconds here. Yours will differ; the ratios differ less.\n",
        TERMS,
        PRICE,
        f"Measured on {about['date']} on one core ({about['processor']}), with Python {about['python']}, "
        f"{versions}. Of {len(goals)} goals, {met} are met. `make bench` measures again and writes this "
        "page.\n",
    ]
    for outcome in results["regimes"]:
        parts.append(section(outcome))
    return "\n".join(parts)


def section(outcome):
    """Return a regime as Markdown: its figure, its goals and all ratios."""
    name, title = figures.name(outcome), outcome["title"][0].upper() + outcome["title"][1:]
    fastest = min(outcome["ratios"], key=lambda each: outcome["ratios"][each]["median"])
    lines = [
        f"## {title}\n",
        f"```{{figure}} benchmarks/figures/{name}.svg",
        f":alt: Bars on a logarithmic axis, one for each contestant; the shortest is {fastest}.",
        f"Time over that of `{outcome['ours']}`, the dashed line at 1. Shorter is faster; the thin lines "
        "reach from the lower to the upper quartile.",
        "```\n",
        "| contestant | time over ours |",
        "|---|---|",
        *(f"| {contestant} | {between(spread)} |" for contestant, spread in outcome["ratios"].items()),
        "",
    ]
    if outcome["goals"]:
        lines += ["| ratio | measured | goal | |", "|---|---|---|---|"]
        lines += ["| " + " | ".join(goal_line(goal)) + " |" for goal in outcome["goals"]] + [""]
        reasons = dict.fromkeys(goal["if_missed"] for goal in outcome["goals"] if not goal["met"])
        lines += [f"{reason}\n" for reason in reasons if reason]
    return "\n".join(lines)
