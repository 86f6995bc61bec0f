"""Numbers and laws that Keras publishes in its tests.

keras-team/keras at 250b4218 (v3.15.1), keras/src/optimizers/: sgd_test.py, adagrad_test.py, adadelta_test.py,
rmsprop_test.py, adam_test.py, adamw_test.py, nadam_test.py, adamax_test.py, lion_test.py,
schedule_free_adamw_test.py, optimizer_test.py, loss_scale_optimizer_test.py, multi_optimizer_test.py and
schedules/learning_rate_schedule_test.py, of which ``test_schedule_golden.py`` has more. Of
optimizer_sparse_test.py there is nothing here, nor of the files on optimizers that this book lacks:
adafactor, ftrl, lamb, muon.
"""

import re
from math import cos, pi

import numpy as np
import pytest

from d2l_utils import ExponentialAverage
from d2l_utils.frameworks import like_keras
from d2l_utils.frameworks.keras_names import KERAS
from d2l_utils.frameworks.like_keras import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Lion,
    Nadam,
    RMSprop,
    ScheduleFreeAdamW,
    schedules,
)

START = np.array([1.0, 2.0, 3.0, 4.0])
SINGLE_STEPS = [
    (SGD, [0.5, -1.0, -0.5, 3.0]),
    (Adadelta, [0.9993, 1.9993, 2.9993, 3.9993]),
    (RMSprop, [-0.5811, 0.4189, 1.4189, 2.4189]),
    (Adagrad, [0.5233, 1.5007, 2.5005, 3.5061]),
    (Adam, [0.5, 1.5, 2.5, 3.5]),
    (AdamW, [0.4980, 1.4960, 2.494, 3.492]),
    (Nadam, [0.4686, 1.4686, 2.4686, 3.4686]),
    (Adamax, [0.5, 1.5, 2.5, 3.5]),
    (Lion, [0.5, 1.5, 2.5, 3.5]),
]
NADAM = {"learning_rate": 0.5, "beta_1": 0.5, "beta_2": 0.67, "epsilon": 1e-5}
# a first gradient of 0.01, then four times 0.1, 0.2, ... 1.0, from 1; points to 5e-4
WALKS = [
    (lambda: Adam(amsgrad=True), [[0.999], [0.9982], [0.9974], [0.9965], [0.9955]]),
    (lambda: RMSprop(centered=True), [[0.9967], [0.9933], [0.9908], [0.9885], [0.9864]]),
    (
        lambda: Adadelta(learning_rate=1.0, rho=0.8, epsilon=1e-6),
        [[0.9978], [0.9947], [0.9915], [0.9882], [0.9849]],
    ),
    (
        lambda: SGD(nesterov=True),
        0.9999 - 0.001 * np.outer(np.arange(5), np.arange(1, 11)),  # as Keras prints them
    ),
    (
        lambda: Adagrad(learning_rate=0.2, initial_accumulator_value=0.3, epsilon=1e-6),
        [
            [0.9963] * 10,
            [0.9604, 0.9278, 0.9003, 0.8784, 0.8615, 0.8487, 0.8388, 0.8313, 0.8255, 0.8209],
            [0.9251, 0.8629, 0.8137, 0.7768, 0.7497, 0.7298, 0.7151, 0.704, 0.6956, 0.6891],
            [0.8903, 0.8012, 0.7342, 0.6862, 0.6521, 0.6277, 0.6099, 0.5967, 0.5867, 0.579],
            [0.856, 0.7422, 0.6604, 0.6037, 0.5644, 0.5367, 0.5168, 0.5021, 0.491, 0.4825],
        ],
    ),
    (
        lambda: AdamW(learning_rate=1.0, weight_decay=0.5, epsilon=2),
        [
            [0.4998] * 10,
            [0.2486, 0.2475, 0.2463, 0.2451, 0.244, 0.2428, 0.2417, 0.2405, 0.2394, 0.2382],
            [0.1223, 0.1198, 0.1174, 0.1149, 0.1124, 0.11, 0.1075, 0.1051, 0.1027, 0.1003],
            [0.0586, 0.0549, 0.0512, 0.0475, 0.0439, 0.0402, 0.0366, 0.033, 0.0294, 0.0258],
            [0.0263, 0.0215, 0.0167, 0.012, 0.0073, 0.0026, -0.0021, -0.0067, -0.0113, -0.0159],
        ],
    ),
    (Lion, [[0.999], [0.998], [0.997], [0.996], [0.995]]),
    (
        lambda: Adamax(learning_rate=0.2, beta_1=0.85, beta_2=0.95, epsilon=1e-6),
        [
            [0.8] * 10,
            [0.6827, 0.6873, 0.6888, 0.6896, 0.6901, 0.6904, 0.6906, 0.6908, 0.6909, 0.691],
            [0.5333, 0.5407, 0.5431, 0.5444, 0.5451, 0.5456, 0.546, 0.5462, 0.5464, 0.5466],
            [0.368, 0.3773, 0.3804, 0.382, 0.3829, 0.3835, 0.384, 0.3843, 0.3846, 0.3848],
            [0.1933, 0.204, 0.2076, 0.2094, 0.2105, 0.2112, 0.2117, 0.2121, 0.2124, 0.2126],
        ],
    ),
    (
        lambda: Nadam(**NADAM),
        [
            [0.4281] * 10,
            [-0.1738, -0.1731, -0.1726, -0.1723, -0.1721, -0.172, -0.1719, -0.1718, -0.1718, -0.1717],
            [-0.7115, -0.7103, -0.7096, -0.7092, -0.709, -0.7088, -0.7086, -0.7085, -0.7085, -0.7084],
            [-1.2335, -1.2322, -1.2313, -1.2309, -1.2306, -1.2304, -1.2302, -1.2301, -1.23, -1.2299],
            [-1.7492, -1.7478, -1.7469, -1.7464, -1.7461, -1.7459, -1.7457, -1.7456, -1.7455, -1.7454],
        ],
    ),
]
every_preset = pytest.mark.parametrize("name", like_keras.__all__)


@pytest.mark.parametrize(("make", "expected"), SINGLE_STEPS)
def test_single_step(make, expected):
    p = START.copy()
    make(learning_rate=0.5).update(p, np.array([1.0, 6.0, 7.0, 2.0]))
    np.testing.assert_allclose(p, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("make", "golden"), WALKS)
def test_correctness_with_golden(make, golden):
    optimizer, p = make(), np.ones(10)
    for g, expected in zip([np.full(10, 0.01), *[np.arange(1, 11) / 10] * 4], golden, strict=True):
        optimizer.update(p, g)
        np.testing.assert_allclose(p, np.broadcast_to(expected, 10), rtol=5e-4, atol=5e-4)


@every_preset
def test_weight_decay(name):
    """Three optimizers decay the first variable; the others, which they exclude, are not given to one."""
    p = np.full((1, 1) if name == "Muon" else (), 2.0)  # Keras' own Muon hands a number to its Adam
    if name == "ScheduleFreeAdamW":  # of whose decay Keras' test asks nothing
        with pytest.raises(TypeError, match="off y and not off z, so that the first step undoes it"):
            ScheduleFreeAdamW(weight_decay=0.004)
        return
    for _ in range(3):
        getattr(like_keras, name)(learning_rate=1.0, weight_decay=0.004).update(p, np.zeros_like(p))
    np.testing.assert_allclose(p, 1.9760959, atol=1e-7, rtol=0)


@every_preset
def test_set_weights(name):
    """A state that is set in another optimizer is the same, and so is what follows."""
    first, second = getattr(like_keras, name)(), getattr(like_keras, name)()
    p = START.reshape((2, 2) if name == "Muon" else -1).copy()
    g = p / 2
    first.update(p, g)
    second.load_state_dict(first.state_dict())
    q = p.copy()
    first.update(p, g)
    second.update(q, g)
    assert p.tolist() == q.tolist()
    assert first.t == second.t == 2  # iterations


def test_train_eval_mode_switching():
    """Training stands at y and evaluates at x, and a warm-up makes the first step smaller."""
    optimizer, p = ScheduleFreeAdamW(learning_rate=0.1, beta_1=0.9), np.array([1.0, 2.0, 3.0])
    for _ in range(5):
        optimizer.update(p, np.array([0.1, 0.2, 0.3]))
    y = p.copy()
    assert not np.allclose(optimizer.averaged(p), y)
    assert np.array_equal(p, y)
    warmed, q = ScheduleFreeAdamW(learning_rate=0.5, warmup_steps=10), np.ones(3)
    warmed.update(q, np.ones(3))
    np.testing.assert_allclose(q, 0.95)


SQUARE = np.array([[1.0, 2.0], [3.0, 4.0]])


def advice(setting, number):
    """Return the code that a refusal advises, compiled."""
    code = re.findall("`([^`]+)`", KERAS.instead[setting])[number]
    return compile(code.replace("its norm", "norm"), setting, "exec" if " = " in code else "eval")


@pytest.mark.parametrize(
    ("setting", "number", "gradient", "expected"),
    [
        ("clipnorm", 1, [100.0, 100.0], [2**0.5 / 2] * 2),
        ("clipvalue", 1, [100.0, 100.0], [1.0, 1.0]),
        ("global_clipnorm", 1, [50.0, 100.0], [0.2**0.5, 0.8**0.5]),
    ],
)
def test_clipping_as_the_refusal_advises(setting, number, gradient, expected):
    g = np.array(gradient)
    advised = eval(advice(setting, number), {"np": np, "g": g, "norm": np.linalg.norm(g), setting: 1})
    np.testing.assert_allclose(advised if np.ndim(advised) else advised * g, expected, rtol=1e-12)


def test_ema_as_the_refusal_advises():
    """Every third update the parameters are overwritten by the average."""
    optimizer, params = SGD(1.0), np.array([3.0, 4.0, 5.0, 6.0])
    names = {"params": params, "ema_momentum": 0.9, "ExponentialAverage": ExponentialAverage}
    exec(advice("use_ema", 0), names)
    for expected in ([2.0, 3.0, 4.0, 5.0], [1.9, 2.9, 3.9, 4.9], [1.71, 2.71, 3.71, 4.71]):
        optimizer.update(params, np.ones(4))
        eval(advice("use_ema", 2), names)
        np.testing.assert_allclose(names["average"].params, expected, rtol=1e-12)
    assert not np.allclose(params, expected)
    exec(advice("use_ema", 5), names)
    np.testing.assert_allclose(params, expected, rtol=1e-12)


def test_multi_optimizer_with_model_fit():
    """Two layers of weights 1 and no biases, with a rate each, on x = 1 and y = 0."""
    params = {"dense_1": np.ones((1, 2)), "dense_2": np.ones((2, 1))}
    x, slope = np.ones((1, 1)), 2 * np.full((1, 1), 2.0)
    grads = {"dense_1": x.T @ slope @ params["dense_2"].T, "dense_2": (x @ params["dense_1"]).T @ slope}
    for name, rate in {"dense_1": 1e-3, "dense_2": 1e-2}.items():
        SGD(rate).update(params[name], grads[name])
    np.testing.assert_allclose(params["dense_1"], [[0.996, 0.996]], rtol=1e-6)
    np.testing.assert_allclose(params["dense_2"], [[0.96], [0.96]], rtol=1e-6)


def test_fit_lr_correctness():
    """The mean loss of three epochs of a dense layer with Adam, whose rate falls with each update."""
    optimizer = Adam(schedules.ExponentialDecay(initial_learning_rate=0.05, decay_steps=1, decay_rate=0.9))
    params, x, losses = {"kernel": np.ones((2, 2)), "bias": np.ones(2)}, np.arange(32.0).reshape(16, 2), []
    for _ in range(3):
        for batch in x.reshape(4, 4, 2):
            error = batch @ params["kernel"] + params["bias"] - batch
            losses.append(np.mean(error**2))
            slope = error / 4
            optimizer.update(params, {"kernel": batch.T @ slope, "bias": slope.sum(axis=0)})
    expected = [230.79457092285156, 128.30319213867188, 79.33648681640625]
    np.testing.assert_allclose(np.reshape(losses, (3, 4)).mean(axis=1), expected, rtol=5e-5)
    assert optimizer.t == 12


def cosine(t, steps, alpha=0.0):
    return (1 - alpha) * (1 + cos(pi * min(t / steps, 1))) / 2 + alpha


STEPS = range(0, 1500, 250)
RESTARTS = [(t % 1000, 1000 * 2 ** (t // 1000)) for t in STEPS]
SCHEDULES = {
    "square root, 0": (schedules.PolynomialDecay(0.05, 10, 0.0, power=0.5), {5: 0.05 * 0.5**0.5}),
    "square root, beyond": (schedules.PolynomialDecay(0.05, 10, 0.001, power=0.5), {15: 0.001}),
    "square root, cycle": (
        schedules.PolynomialDecay(0.05, 10, 0.001, power=0.5, cycle=True),
        {15: 0.049 * 0.25**0.5 + 0.001},
    ),
    "begin with cycle": (schedules.PolynomialDecay(0.001, 10, cycle=True), {0: 0.001}),
    "cosine": (schedules.CosineDecay(np.float64(1.0), 1000), {t: cosine(t, 1000) for t in STEPS}),
    "cosine, alpha": (schedules.CosineDecay(1.0, 1000, 0.1), {t: cosine(t, 1000, 0.1) for t in STEPS}),
    "warm-up, then cosine": (
        schedules.CosineDecay(0.0, 1000, warmup_target=10.0, warmup_steps=2000),
        {t: t / 200 if t <= 2000 else 10 * cosine(t - 2000, 1000) for t in range(0, 3000, 250)},
    ),
    "restarts": (
        schedules.CosineDecayRestarts(1.0, 1000),
        {t: cosine(*since) for t, since in zip(STEPS, RESTARTS, strict=True)},
    ),
    "restarts, alpha": (
        schedules.CosineDecayRestarts(1.0, 1000, alpha=0.1),
        {t: cosine(*since, 0.1) for t, since in zip(STEPS, RESTARTS, strict=True)},
    ),
    "restarts, t_mul": (
        schedules.CosineDecayRestarts(1.0, 1000, t_mul=1.0),
        {t: cosine(t % 1000, 1000) for t in STEPS},
    ),
}


@pytest.mark.parametrize(("schedule", "values"), SCHEDULES.values(), ids=SCHEDULES)
def test_schedules(schedule, values):
    assert [schedule(t) for t in values] == pytest.approx(list(values.values()), rel=1e-6, abs=1e-6)


REFUSED = [  # what Keras' tests expect to be refused, and what they do that this book has not
    (lambda: SGD(momentum=-1.0), ValueError, "momentum must be .* at least 0 and below 1; got -1.0"),
    (lambda: SGD(momentum=2.0), ValueError, "momentum must be .* at least 0 and below 1; got 2.0"),
    (lambda: AdamW(learning_rate=1.0, weight_decay=None), ValueError, "weight_decay must be a number"),
    (lambda: SGD(1.0).update(SQUARE.copy(), None), TypeError, "must be an ndarray .* NoneType"),
    (lambda: SGD(clipnorm=0.1, clipvalue=0.1), TypeError, "clipnorm=0.1.* is not offered"),
    (lambda: SGD(learning_rate=lambda a, b: 0.1), TypeError, r"called with the .* takes \(a, b\)"),
    (lambda: SGD(1.0, loss_scale_factor=1024.0), TypeError, "divide them by the factor of the loss"),
    (lambda: SGD(1.0, gradient_accumulation_steps=3), TypeError, "divide by their number"),
    (lambda: like_keras.MultiOptimizer, AttributeError, "gives each optimizer its part"),
    (lambda: like_keras.LossScaleOptimizer, AttributeError, "divide the gradients by the factor"),
    (lambda: SGD(1.0).update(SQUARE.copy(), SQUARE * np.inf, check_finite=True), ValueError, "finite"),
    (lambda: schedules.PiecewiseConstantDecay([100], [1.0, 0.1])(-999.0), ValueError, "0 or more; got -999"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
