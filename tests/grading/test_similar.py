"""Who copied stands out of a made-up class, who is alike by need does not; the report is for one reader."""

import random
import re
import time

import pytest

from exercises.grading.likeness import fingerprints, pairs
from exercises.grading.likeness.tokens import tokens
from exercises.grading.pages import likeness_page
from exercises.grading.sandbox.notebook import Cell

GIVEN = '''\
import numpy as np

def parabola(a):
    """Return the function that takes x to the square of a times x, as everybody was handed it."""
    def f(x):
        return (a * x) ** 2 + np.sin(a) * np.cos(x) - np.exp(-x * x) / (1 + a * a)
    return f
'''
RIGHT = """\
def centre(x):
    return x - x.mean(axis=0)

def slope(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)
"""
# One right way for each of five small tasks, in four ways to write it.
TASKS = """
total = 0
for each in values:
    total += each * weight
return total / len(values)
#
return sum(each * weight for each in values) / len(values)
#
return weight * np.mean(values)
#
acc = np.zeros(1)
for k in range(len(values)):
    acc = acc + values[k] * weight
return acc[0] / len(values)
---
rows = []
for row in table:
    if row[0] > limit:
        rows.append(row)
return np.array(rows)
#
return table[table[:, 0] > limit]
#
return np.array([row for row in table if row[0] > limit])
#
keep = np.where(table[:, 0] > limit)[0]
return np.take(table, keep, axis=0)
---
best, where = -np.inf, None
for k, score in enumerate(scores):
    if score > best:
        best, where = score, k
return where
#
return int(np.argmax(scores))
#
return max(range(len(scores)), key=lambda k: scores[k])
#
order = sorted(enumerate(scores), key=lambda pair: -pair[1])
return order[0][0]
---
p = np.array(start, dtype=float)
path = [p.copy()]
for _ in range(steps):
    p -= lr * gradient(p)
    path.append(p.copy())
return np.array(path)
#
points = np.empty((steps + 1, len(start)))
points[0] = start
for t in range(steps):
    points[t + 1] = points[t] - lr * gradient(points[t])
return points
#
path = [np.asarray(start, float)]
while len(path) <= steps:
    path.append(path[-1] - lr * gradient(path[-1]))
return np.stack(path)
#
def walk(p, left):
    return [p] + (walk(p - lr * gradient(p), left - 1) if left else [])
return np.array(walk(np.array(start) * 1.0, steps))
"""
WAYS = [[way.strip() for way in task.split("#")] for task in TASKS.split("---")]
HEADS = (
    "mean(values, weight)",
    "keep(table, limit)",
    "best(scores)",
    "walk_down(gradient, start, lr, steps)",
)
WORDS = [
    "step",
    "curve",
    "slope",
    "noise",
    "batch",
    "error",
    "round",
    "digit",
    "small",
    "large",
    "limit",
    "wrong",
]


def honest(rng):
    """Return the cells of somebody who wrote everything himself."""
    cells = [GIVEN, RIGHT]
    for head, ways in zip(HEADS, WAYS, strict=True):
        body = rng.choice(ways)
        if rng.random() < 0.5:
            body = f"print({rng.choice(WORDS)!r}, {rng.randint(1, 99)})\n{body}"
        cells.append(f"def {head}:\n    " + body.replace("\n", "\n    "))
    text = " ".join(rng.choice(WORDS) for _ in range(50))
    return [*cells, f"explain_q5 = '''\n{text}\n'''"]


ODD = """\
def mean(values, weight):
    scaled = [float(v) * float(weight) for v in list(values)[::1] if v == v]
    while len(scaled) > 1:
        scaled.append((scaled.pop(0) + scaled.pop(0)) * 1.0)
    return scaled.pop() / max(1, len(values)) if scaled else 0.0


def best(scores):
    winner = 0
    for k in range(1, len(scores)):
        winner = k if not scores[k] <= scores[winner] else winner
        assert 0 <= winner < len(scores), "lost my place in the list of scores"
    return winner
"""


def copied(cells, rng):
    """Return what somebody hands in who renames, reorders, comments and reformats what is not his."""
    changed = []
    for cell in cells:
        for old, new in (
            ("scaled", "lst"),
            ("winner", "top"),
            ("weight", "w2"),
            ("scores", "sc"),
            ("values", "vals"),
        ):
            cell = re.sub(rf"\b{old}\b", new, cell)
        lines = [
            f"{line}  # {rng.choice(WORDS)}" if line.endswith(":") else line for line in cell.splitlines()
        ]
        changed.append("\n\n".join(lines) if "'''" not in cell else cell)
    return [*changed[:2], *reversed(changed[2:])]


def forty():
    """Return a class of whom s07 copied from s03."""
    rng = random.Random(5)
    found = {f"s{number:02}": honest(rng) for number in range(40)}
    found["s03"] = [GIVEN, RIGHT, ODD, *found["s03"][5:]]
    found["s07"] = copied(found["s03"], rng)
    return found


@pytest.fixture(scope="module")
def klass():
    """Forty students, of whom two are alike."""
    return forty()


def compared(klass):
    base = fingerprints.hashes(tokens([Cell(1, GIVEN)]))
    return pairs.compare(
        {
            name: fingerprints.fingerprints(
                tokens([Cell(k, text) for k, text in enumerate(cells, 1)]), base
            ).keys()
            for name, cells in klass.items()
        }
    )


def test_who_copied_stands_out_and_nobody_else(klass):
    found = compared(klass)
    assert [(pair.first, pair.second) for pair in found.standing_out] == [("s03", "s07")]
    assert found.standing_out[0].weight > 1.5 * found.fence
    assert min(found.standing_out[0].shares) > 0.5


@pytest.mark.parametrize("seed", range(3))
def test_in_an_honest_class_nobody_stands_out(seed):
    rng = random.Random(seed)
    found = compared({f"s{number:02}": honest(rng) for number in range(60)})
    assert found.standing_out == []
    assert found.normal.weight <= found.fence


def test_a_class_with_one_right_way_shares_nothing_that_counts():
    found = compared({f"s{number}": [GIVEN, RIGHT, ODD] for number in range(9)})
    assert found.standing_out == []
    assert found.quartiles == (0,) * 5


def test_a_small_group_that_shares_its_work_is_named_as_pairs(klass):
    rng = random.Random(9)
    group = klass | {f"t{number}": copied(klass["s03"], rng) for number in range(2)}
    found = {(pair.first, pair.second) for pair in compared(group).standing_out}
    assert found == {(a, b) for a in ("s03", "s07", "t0", "t1") for b in ("s03", "s07", "t0", "t1") if a < b}


def test_padding_does_not_hide_a_copy(klass):
    rng = random.Random(2)
    padding = [f"x{k} = {rng.random()} * {rng.random()} + {rng.choice(WORDS)}" for k in range(400)]
    padded = klass | {"s07": ["\n".join(padding), *klass["s07"]]}
    assert [(pair.first, pair.second) for pair in compared(padded).standing_out] == [("s03", "s07")]


def test_a_text_that_was_copied_stands_out(klass):
    text = "explain_q5 = 'It is rounding, since both values of f agree in nearly all of their digits and '"
    text += "\nexplain_q5 += 'the rest is divided by a tiny h, which makes it larger than the truncation.'"
    found = compared(
        klass | {"s10": [*klass["s10"][:-1], text], "s11": [*klass["s11"][:-1], text.replace("It", "it")]}
    )
    assert ("s10", "s11") in {(pair.first, pair.second) for pair in found.standing_out}


@pytest.mark.parametrize(
    "source",
    ["x = 'never closed", '"""', "%matplotlib inline\n!ls 'x", "def f(:\n  \t )", "\0\ud800é = ½", "'\\"],
)
def test_what_is_no_python_is_cut_all_the_same(source):
    own = [each.kind for each in tokens([Cell(1, "y = np.sum(x) + 1e-5\n" + source)])[0]]
    assert own[:8] == ["n", "=", "n", ".", "sum", "(", "n", ")"]
    assert own[9] == "1e-05"


def test_a_token_knows_its_line():
    text = "a = 1\n\nb = '''one two\nthree four'''\nc = a\n"
    lines = [(each.kind, each.line) for each in tokens([Cell(1, text)])[0]]
    assert lines == [
        ("n", 1), ("=", 1), ("1.0", 1), ("n", 3), ("=", 3), ("one", 3), ("two", 3), ("three", 4), ("four", 4),
        ("n", 5), ("=", 5), ("n", 5),
    ]  # fmt: skip


def test_winnowing_keeps_its_promise():
    """Any run of RUN + WINDOW - 1 tokens that two texts share gives both of them a fingerprint."""
    rng = random.Random(4)
    kinds = ["n", "=", "(", ")", "+", "1.0", "for", "in", "sum"]
    length = fingerprints.RUN + fingerprints.WINDOW - 1
    for _ in range(50):
        shared = [rng.choice(kinds) for _ in range(length)]
        texts = [[rng.choice(kinds) for _ in range(rng.randint(0, 40))] + shared for _ in range(2)]
        first, second = (
            fingerprints.fingerprints(tokens([Cell(1, " ".join("a" if k == "n" else k for k in text))]))
            for text in texts
        )
        assert first.keys() & second.keys()


def test_a_hostile_notebook_costs_little():
    huge = Cell(1, "'''" + "a b " * 600_000)
    assert sum(map(len, tokens([huge, huge]))) == 50_000
    begin = time.process_time()
    for text in (
        '"' + "a" * 4_000_000,
        "1" * 4_000_000,
        "'''" + "\\'\"" * 1_000_000,
        "x" * 4_000_000,
        "'" * 200_001,
    ):
        found = tokens([Cell(1, text)])[0]
        assert max(len(each.kind) for each in found) <= 4 * 80 + 3
    assert time.process_time() - begin < 5


def test_of_a_huge_cell_a_part_is_shown():
    cells = [Cell(1, "\n".join(f"x = {k}" + "+ x" * 200 for k in range(400)))]
    prints = {name: fingerprints.fingerprints(tokens(cells)) for name in "ab"}
    found = pairs.compare({name: each.keys() for name, each in prints.items()})
    page = likeness_page.html(found, prints, dict.fromkeys("ab", cells))
    assert len(page) < 400_000
    assert "…" in page
