"""Averages of the parameters: the frameworks' own, and what they refuse."""

import copy
import inspect
from types import ModuleType

import numpy as np
import pytest

import d2l_utils.averages
from d2l_utils import SGD, Average, ExponentialAverage, bowl, rules
from d2l_utils.frameworks.averaging import RHO, WAYS, averages, weights
from d2l_utils.frameworks.rosetta import FRAMEWORKS
from tests import averaging

RECORDED = averaging.read()
PATHS = {name: path for entry in RECORDED.values() for name, path in entry["paths"].items()}
MAKES = [
    Average,
    lambda: Average(2),
    ExponentialAverage,
    lambda: ExponentialAverage(0.5, bias_correction=True),
]
every = pytest.mark.parametrize("make", MAKES)
PLACES = averaging.PLACES


def fed(average, places):
    """Return an average that has seen these places."""
    for place in places:
        average.update(place)
    return average


@pytest.mark.parametrize("name", PATHS)
def test_recorded_averages(name):
    assert averaging.apart(name, PATHS[name]) <= averaging.RTOL


@pytest.mark.parametrize("framework", RECORDED)
def test_the_frameworks_that_are_here_average_as_recorded(framework):
    try:
        live = averaging.live(framework)
    except ImportError as error:
        pytest.skip(str(error))
    assert live["defaults"] == RECORDED[framework]["defaults"]
    for name, path in live["paths"].items():
        np.testing.assert_allclose(path, PATHS[name], rtol=1e-12, atol=1e-14)


def test_every_way_is_compared_and_its_default_is_told():
    assert PATHS.keys() == averaging.LIVE.keys()
    assert PATHS.keys() - {"keras, overwriting"} == WAYS.keys() - {"mxnet"}
    assert {way.framework for way in WAYS.values()} == set(FRAMEWORKS)
    told = {name: entry["defaults"] for name, entry in RECORDED.items()}
    assert told == {
        "torch": {"decay": 0.999},
        "keras": {"ema_momentum": 0.99, "use_ema": False},
        "optax": {"decay": None, "debias": True, "step_size": None},
    }
    assert "0.999 if" in WAYS["torch, decay"].decay
    assert "0.99 if" in WAYS["keras"].decay
    assert ExponentialAverage().rho == 0.999


# what stands in the rule or in the module, what is put there instead
MUTATIONS = [
    ("mean += share * (p - mean)", "mean += share * p"),
    ("mean += share * (p - mean)", "mean += (1 - share) * (p - mean)"),
    ("1 / max(t - self.start, 1)", "1 / max(t + 1 - self.start, 1)"),
    ("self._share(self.t + 1)", "self._share(self.t + 2)"),
    ("1 - self.rho if t > 1 else 1.0", "1 - self.rho if t > 2 else 1.0"),
    ("1 - self.rho if t > 1 else 1.0", "self.rho if t > 1 else 1.0"),
    ("(1 - self.rho**t)", "(1 - self.rho**(t + 1))"),
    ("if self.bias_correction", "if not self.bias_correction"),
]


@pytest.mark.parametrize(("right", "wrong"), MUTATIONS)
def test_a_wrong_average_is_rejected(right, wrong, monkeypatch):
    rule, module = inspect.getsource(rules.average), inspect.getsource(d2l_utils.averages)
    assert (rule + module).count(right) == 1
    mutated, scope = ModuleType("mutated"), {}
    exec(rule.replace(right, wrong), scope)
    monkeypatch.setattr(rules, "average", scope["average"])
    exec(module.replace(right, wrong), vars(mutated))
    with np.errstate(all="ignore"):
        found = []
        for name in PATHS.keys() & WAYS.keys() - {"optax, ema, biased"}:
            average = eval(repr(WAYS[name].average), vars(mutated))
            try:
                path = [fed(average, [place]).params for place in PLACES]
            except (KeyError, ZeroDivisionError):  # a first place that is not copied has no mean to go to
                path = np.full_like(PLACES, np.nan)
            found.append(averaging.difference(np.array(path), np.array(PATHS[name])))
    assert max(found) > averaging.RTOL


def test_the_mean_of_numpy_from_a_step_on():
    for start in (0, 3):
        average = Average(start)
        for t, place in enumerate(PLACES, start=1):
            average.update(place)
            expected = place if t <= start else PLACES[start:t].mean(axis=0)
            np.testing.assert_allclose(average.params, expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.999, 1 - 1e-12])
def test_corrected_it_is_the_average_from_0_over_its_weight(rho):
    """Kingma & Ba 2015, Section 7.2; and as ρ tends to 1 it is the mean."""
    average, biased = ExponentialAverage(rho, bias_correction=True), np.zeros(8)
    for t, place in enumerate(PLACES, start=1):
        average.update(place)
        biased = rho * biased + (1 - rho) * place
        np.testing.assert_allclose(
            average.params, biased / (1 - rho**t), rtol=1e-3 if rho > 0.9999 else 1e-11
        )
    if rho > 0.9999:
        np.testing.assert_allclose(average.params, PLACES.mean(axis=0), rtol=1e-3)


@pytest.mark.parametrize("t", [1, 2, 7])
def test_weights_add_up_to_1(t):
    for make in MAKES:
        assert weights(make(), t).sum() == pytest.approx(1, rel=1e-14)
    first = weights(ExponentialAverage(RHO), t)[0]
    assert first == pytest.approx(RHO ** (t - 1), rel=1e-14)


@every
def test_what_does_not_move_is_its_own_average_to_the_last_bit(make):
    place = np.array([0.1, -1e300, 3e-310, 7.0])
    assert np.array_equal(fed(make(), [place] * 9).params, place)


@every
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.dtype(">f8")])
def test_shapes_names_and_dtypes_are_those_of_the_parameters(make, dtype):
    params = {"W": np.ones((2, 3), dtype), "b": np.array(2.0, dtype), "none": np.ones((0, 2), dtype)}
    found = fed(make(), [params] * 4).params
    assert {key: (x.shape, x.dtype) for key, x in found.items()} == {
        key: (p.shape, p.dtype) for key, p in params.items()
    }


def test_float16_is_averaged_in_float32():
    places = [np.full(1, 2048 + 2 * (t % 2), np.float16) for t in range(1000)]
    average = fed(Average(), places)
    assert average.params.tolist() == [
        2048
    ]  # 2049 lies between two numbers of 16 bits, and goes to the even one
    assert average.state_dict()["mean"].tolist() == pytest.approx([2049], rel=1e-6)
    slow = fed(ExponentialAverage(0.999), [np.ones(1, np.float16), *[np.full(1, 2, np.float16)] * 700])
    assert slow.params == pytest.approx(2 - 0.999**700, rel=1e-3)
    alone = np.float16(1)  # in 16 bits it stays where it is
    for _ in range(700):
        alone = np.float16(alone + np.float16(0.0001) * np.float16(2 - alone))
    assert alone == 1


@pytest.mark.parametrize(
    ("params", "error", "told"),
    [
        ({"W": np.ones(3), "b": np.ones(1)}, ValueError, r"'W'\] has shape \(3,\) .*of shape \(2,\)"),
        ({"W": np.ones(2, np.float32), "b": np.ones(1)}, ValueError, r"dtype float32; .* dtype float64"),
        ({"W": np.ones(2)}, ValueError, r"entries \['W'\]; this average is of \['W', 'b'\]"),
        (np.ones(2), ValueError, r"entries \['params'\]"),
        ({"W": np.ones(2), "b": np.ones(1, int)}, TypeError, "floating point; got dtype int64"),
        ({"W": np.ones(2), "b": [1.0]}, TypeError, "floating point; got type list"),
        ({"W": np.ones(2), "b": np.ma.array([1.0])}, TypeError, "masked"),
        (3.0, TypeError, "floating point; got type float"),
    ],
)
def test_other_parameters_are_refused_and_change_nothing(params, error, told):
    average = fed(Average(), [{"W": np.ones(2), "b": np.ones(1)}])
    with pytest.raises(error, match=told):
        average.update(params)
    assert average.t == 1
    assert average.params["W"].tolist() == [1.0, 1.0]


def test_an_update_that_fails_in_the_middle_changes_nothing():
    average = fed(Average(), [{"a": np.ones(1), "b": np.full(1, -1e308)}])
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        average.update({"a": np.zeros(1), "b": np.full(1, 1.7e308)})
    assert (average.t, average.params["a"].tolist()) == (1, [1.0])


@every
def test_before_an_update_there_is_no_average(make):
    with pytest.raises(ValueError, match="nothing is averaged yet; call update"):
        _ = make().params


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (
            lambda: ExponentialAverage(1.0),
            ValueError,
            "rho must be finite and at least 0 and below 1; got 1.0",
        ),
        (lambda: ExponentialAverage(-0.1), ValueError, "rho must be finite and at least 0"),
        (lambda: ExponentialAverage(np.array([0.5, 0.9])), TypeError, "rho must be one number"),
        (lambda: ExponentialAverage("slow"), TypeError, "rho must be a number"),
        (lambda: ExponentialAverage(bias_correction=1), TypeError, "bias_correction must be True or False"),
        (lambda: ExponentialAverage(decay=0.9), TypeError, "decay"),
        (lambda: Average(1.5), TypeError, "start must be a whole number"),
        (lambda: Average(-1), ValueError, "start must be at least 0"),
        (lambda: setattr(Average(), "start", 3), AttributeError, "fixed when Average is made"),
        (lambda: setattr(Average(), "t", 3), AttributeError, "no 't' to set"),
        (lambda: setattr(ExponentialAverage(), "params", np.ones(2)), AttributeError, "no 'params' to set"),
        (lambda: Average().averaged, AttributeError, "no attribute 'averaged'; it has start"),
    ],
)
def test_settings_are_checked(make, error, told):
    with pytest.raises(error, match=told):
        make()


def walked(average, noise, steps=400):
    """Return the height of the last place and of the average, each the mean of 20 walks down the bowl."""
    rng, ends = np.random.default_rng(0), []
    for _ in range(20):
        p, optimizer, kept = np.array([-7.0, 2.0]), SGD(lr=0.5), copy.copy(average)
        for _ in range(steps):
            optimizer.update(p, np.array(bowl.gradient(*p)) + noise * rng.normal(size=2))
            kept.update(p)
        ends.append((bowl.value(*p), bowl.value(*kept.params)))
    return np.mean(ends, axis=0)


def test_an_average_takes_out_the_noise_and_lags_on_the_way():
    for average in (Average(200), ExponentialAverage(0.98), ExponentialAverage(0.98, bias_correction=True)):
        last, mean = walked(average, noise=1.0)
        assert mean < last / 3
        last, mean = walked(average, noise=0.0, steps=100)
        assert mean >= last
    assert walked(Average(), 0.0, 100)[1] > 2 * walked(Average(50), 0.0, 100)[1]


def test_the_optimizer_does_not_notice():
    with_average, without = np.ones(3), np.ones(3)
    first, second, average = SGD(0.1), SGD(0.1), Average()
    for g in PLACES[:, :3]:
        first.update(with_average, g)
        average.update(with_average)
        second.update(without, g)
    assert np.array_equal(with_average, without)


def test_the_table_says_who_starts_where():
    rows = dict(zip(WAYS, averages().rows, strict=True))
    assert rows["torch, mean"][3:] == ("`Average(start=0)`", "0.333, 0.333, 0.333")
    assert (
        rows["torch, decay"][-1] == rows["keras"][-1] == rows["optax, incremental"][-1] == "0.81, 0.09, 0.1"
    )
    assert rows["optax, ema"][-1] == "0.299, 0.332, 0.369"
    assert rows["optax, ema, biased"][-1] == rows["mxnet"][-1] == ""
    assert "ema_overwrite_frequency" in rows["keras"][3]
    page = averages()._repr_html_()
    assert page.count("<tr>") == 1 + len(WAYS)
    assert "`" not in page + repr(averages())
