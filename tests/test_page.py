"""What runs in the reader's browser is what `descend` runs here: `_ext/front/page.py` in this Python."""

import importlib.util
import inspect
import json
import math
import re
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from descent_book import live

from d2l_utils import LBFGS, SGD, AdaGrad, Adam, Momentum, Newton, Optimizer, descend, objectives, rules
from d2l_utils.frameworks import like_mxnet
from d2l_utils.live import BOOK, explore, specification

FRONT = Path(live.FRONT)
spec = importlib.util.spec_from_file_location("page", FRONT / "page.py")
page = importlib.util.module_from_spec(spec)
spec.loader.exec_module(page)

VARIANTS = {
    "PyTorch's momentum": Momentum(0.1, lr_in_velocity=False),
    "Keras's AdaGrad": AdaGrad(0.5, initial_accumulator=0.1),
    "AMSGrad": Adam(0.3, amsgrad=True),
    "no correction": Adam(0.3, bias_correction=False),
    "ε before the correction": Adam(0.3, eps=0.1, eps_hat=True),
    "diverging": SGD(1.5),
    "guarded": Newton(0.5, 0.25, guarded=True),
    "two pairs": LBFGS(memory=2),
    "without a search": LBFGS(0.5, searched=False),
}


def page_path(optimizer, objective, num_steps=200, sigma=0.0, seed=0, **changes):
    told = specification("", optimizer) | changes
    settings = [setting["value"] for setting in told["settings"]]
    result = page.path(
        told["rule"], told["kind"], told["clock"], told["slots"], settings, objective.name, objective.start,
        num_steps, sigma, seed,
    )  # fmt: skip
    return np.array(result[: len(result) // 3 * 3]).reshape(-1, 3)  # one more where it divides by zero


@pytest.mark.parametrize("objective", objectives.ALL, ids=lambda objective: objective.name)
@pytest.mark.parametrize("label", [*BOOK, *VARIANTS])
def test_the_page_walks_the_path_of_descend(label, objective):
    optimizer = (BOOK | VARIANTS)[label]
    trace = descend(optimizer, objective, num_steps=200, noise=0.3, seed=5)
    path = page_path(optimizer, objective, sigma=0.3, seed=5)
    walked = len(path)
    np.testing.assert_array_equal(path[:, :2], trace.points[:walked])
    # A root of an array and a power of a float may differ in the last bit.
    rounding = 1e-13 if objective is objectives.xor_plane else 0
    np.testing.assert_allclose(path[:, 2], trace.values[:walked], rtol=rounding, atol=rounding * 1e-3)
    assert np.isnan(trace.points[walked:]).all()


def test_a_path_ends_where_floats_give_up():
    only_the_start = page.path(
        "adagrad", "elementwise", "", [0.0], [1.0, 0.0, 0.0], "bowl", [0.0, 0.0], 5, 0.0, 0
    )
    assert only_the_start == [0.0, 0.0, 0.0, 0.0]  # one number more: it divides by zero
    later = page.path("adagrad", "elementwise", "", [0.0], [1.0, 0.0, 0.0], "bowl", [0.1, 0.0], 5, 0.0, 0)
    assert len(later) % 3 == 1
    too_large = page.path(
        "sgd", "elementwise", "", [], [50.0], "Rosenbrock's valley", [-1.2, 1.0], 90, 0.0, 0
    )
    assert not math.isfinite(too_large[-1])
    assert len(too_large) % 3 == 0


def test_whole_numbers_of_the_page_are_floats_here():
    whole = page.path("sgd", "elementwise", "", [], [1], "bowl", [-7, 2], 3, 0, 0)
    assert whole == page.path("sgd", "elementwise", "", [], [1.0], "bowl", [-7.0, 2.0], 3, 0.0, 0)
    assert all(isinstance(number, float) for number in whole)


def test_the_noise_of_a_seed_is_the_same_each_time_and_differs_between_seeds():
    def noisy(seed, num_steps):
        return page_path(SGD(0.1), objectives.bowl, num_steps, 0.5, seed).tolist()

    first = noisy(3, 50)
    assert noisy(4, 50) != first
    assert noisy(3, 80)[:51] == first


def test_a_defined_rule_is_run_instead():
    page.define("mine", "def half(p, g, lr):\n    return p / 2\n")
    assert page.path("mine", "elementwise", "", [], [0.1], "bowl", [-4.0, 2.0], 2, 0.0, 0)[3::3] == [
        -2.0,
        -1.0,
    ]
    page.define("mine", "def kept(p, g, lr):\n    return sgd(p, g, lr)\n")
    assert page.path("mine", "elementwise", "", [], [0.1], "bowl", [-4.0, 2.0], 2, 0.0, 0) == page.path(
        "sgd", "elementwise", "", [], [0.1], "bowl", [-4.0, 2.0], 2, 0.0, 0
    )


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        ("def sgd(p, g, lr):\n    p -= lr g\n", SyntaxError, "line 2"),
        ("lr = 1\n", ValueError, "must define a function"),
        (
            "def sgd(p, g, lr):\n    import js\n    return p",
            ValueError,
            "plain arithmetic; it cannot use import",
        ),
        ("import js\n", ValueError, "cannot use import"),
        ("def sgd(p, g, lr):\n    return eval('p')", ValueError, "cannot use eval"),
        ("def sgd(p, g, lr):\n    return p.__class__(g)", ValueError, "cannot use __class__"),
        ("def sgd(p, g, lr):\n    return getattr(p, 'real')", ValueError, "cannot use getattr"),
        ("exec('def sgd(p): return p')", ValueError, "cannot use exec"),
        ("def sgd(p, g, lr):\n    p -= lr * g\n", ValueError, "it returned nothing; its last line is to be"),
        ("def sgd(p, g, lr):\n    return p, g\n", ValueError, "2 values; its last line is to be `return p`"),
        ("def sgd(p, g, lr):\n    return (-1.0) ** 0.5\n", ValueError, "must return numbers"),
        ("def sgd(p, g, lr):\n    return q\n", NameError, "'q'"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(source, error, words):
    def run():
        page.define("wrong", source)
        page.path("wrong", "elementwise", "", [], [0.1], "bowl", [-4.0, 2.0], 2, 0.0, 0)

    with pytest.raises(error, match=re.escape(words)):
        run()


@pytest.mark.parametrize("rule", [getattr(rules, name) for name in rules.on_page])
def test_every_rule_of_the_book_may_be_edited(rule):
    page.define("same", inspect.getsource(rule))
    defined, parameters = page._defined["same"]
    assert defined is not rule
    assert parameters == list(inspect.signature(rule).parameters)


def test_a_rule_of_the_whole_point_may_be_edited():
    text = inspect.getsource(rules.lbfgs)
    given = ["vector", "", [[[0.0, 0.0]] * 3] * 2, [1.0], "bowl", [-7.0, 2.0], 9, 0.0, 0]
    page.define("same", text)
    assert page.path("same", *given) == page.path("lbfgs", *given)
    page.define("half", text.replace("p += s", "p += s / 2"))
    assert page.path("half", *given)[:3] == page.path("lbfgs", *given)[:3]
    assert page.path("half", *given)[3:] != page.path("lbfgs", *given)[3:]
    page.define("lost", text.replace("return p, S, Y", "return p, S"))
    with pytest.raises(ValueError, match=r"it returned 2 values; its last line is to be `return p, S, Y`"):
        page.path("lost", *given)


@pytest.mark.parametrize(
    ("last", "got"),
    [("return p", "1 value"), ("return p, v, g", "3 values"), ("return", "nothing"), ("pass", "nothing")],
)
def test_a_forgotten_state_is_said_in_words(last, got):
    page.define("forgets", f"def momentum(p, g, v, lr, momentum):\n    v -= lr * g\n    {last}\n")
    with pytest.raises(ValueError, match=f"it returned {got}; its last line is to be `return p, v`"):
        page.path("forgets", "elementwise", "", [0.0], [0.1, 0.9], "bowl", [-7.0, 2.0], 3, 0.0, 0)


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("front")
    live.gather(Path.cwd(), folder / "descent")
    return folder / "descent"


def test_the_page_gets_the_book_s_own_modules(gathered):
    for name in live.MODULES:
        assert (gathered / Path(name).name).read_bytes() == Path("d2l_utils", name).read_bytes()
    families = {path.stem: path.read_text() for path in Path("d2l_utils/rules").glob("[!_]*.py")}
    gathered_rules = (gathered / "rules.py").read_text()
    assert families.keys() > set(rules.WHOLE)
    for family, text in families.items():
        assert (text in gathered_rules) is (family not in rules.WHOLE)
    sources = json.loads((gathered / "sources.json").read_text(encoding="utf-8"))
    assert sources.keys() == set(rules.on_page)
    assert {path.name for path in FRONT.glob("*.*")} <= {path.name for path in gathered.iterdir()}


def test_the_page_knows_every_objective(gathered):
    told = json.loads((gathered / "objectives.json").read_text(encoding="utf-8"))
    assert [each["name"] for each in told] == [objective.name for objective in objectives.ALL]
    for each, objective in zip(told, objectives.ALL, strict=True):
        assert tuple(each["start"]) == objective.start
        assert np.shape(each["window"]) == (2, 2)
        if objective.minima:
            assert each["lowest"] == objective.value(*objective.minima[0])
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", each["contours"])]
        assert len(numbers) > 200
        assert all(math.isfinite(number) for number in numbers)
        assert each["contours"] in explore(SGD(0.01), objective).frame()


def test_the_page_can_add_every_optimizer_of_the_book(gathered):
    told = json.loads((gathered / "optimizers.json").read_text(encoding="utf-8"))
    assert [each["label"] for each in told] == list(BOOK)
    for each in told:
        for setting in each["settings"]:
            at_its_stop = setting["scale"] == "log" and setting["value"] == 0
            within = setting["low"] <= setting["value"] <= setting["high"]
            assert setting["hidden"] or at_its_stop or within


@pytest.mark.parametrize("label", BOOK)
def test_the_book_s_settings_come_down_the_bowl(label):
    assert descend(BOOK[label], objectives.bowl, num_steps=60).values[-1] < 0.7


def test_only_pages_with_our_elements_load_the_front_end():
    loaded = []
    app = SimpleNamespace(
        add_css_file=lambda name: loaded.append(name),
        add_js_file=lambda name, type: loaded.append((name, type)),
    )
    live.load(app, "plain", "page.html", {"body": "<p>words</p>"}, None)
    live.load(app, "search", "search.html", {}, None)
    assert loaded == []
    live.load(app, "live", "page.html", {"body": explore(SGD(0.3))._repr_html_()}, None)
    styles = ["descent/descent.css", "descent/controls.css"]
    assert loaded == [*styles, ("descent/main.js", "module")]


def test_the_configuration_says_what_the_figure_shows():
    figure = explore({"a<b": Adam(0.5)}, objectives.beale, (1.0, 0.5), 77, noise=0.25, seed=9)
    html = figure._repr_html_()
    text = re.search(r'<script type="application/json">(.*?)</script>', html).group(1)
    config = json.loads(text)
    assert config["optimizers"] == [specification("a<b", figure.optimizers["a<b"])]
    assert config["objective"] == objectives.beale.name
    assert config["optimizers"][0]["look"] == 6
    assert (config["start"], config["num_steps"]) == ([1.0, 0.5], 77)
    assert (config["noise"], config["seed"]) == (0.25, 9)


def test_what_the_page_cannot_run_stays_as_it_is_drawn():
    class Slow(Optimizer):
        rule = staticmethod(lambda p, g, lr: p - lr * g / 2)

    mine = objectives.quadratic((1.0, 10.0))
    assert explore(SGD(0.05), mine).configuration() is None
    assert explore(Slow(lr=0.05)).configuration() is None
    assert "<script" not in explore(SGD(0.05), mine)._repr_html_()


class Halved(SGD):
    """Ours in its rule, but not in what it hands to it."""

    def arguments(self, t):
        (lr,) = super().arguments(t)
        return (lr / t,)


@pytest.mark.parametrize(
    "make", [Halved, like_mxnet.Adam, partial(AdaGrad, lr_decay=0.5), partial(like_mxnet.SGD, wd=0.1)]
)
def test_what_hands_the_rule_something_else_than_its_settings_stays_a_drawing(make):
    assert explore(make()).configuration() is None
    assert explore(AdaGrad()).configuration() is not None
