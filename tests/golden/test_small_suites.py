"""Numbers of smaller projects' own tests and pages.

tinygrad/tinygrad, test/backend/test_optim.py at 23e9e76e, holds its optimizers to PyTorch's; TINYGRAD has its
settings, and where tinygrad 0.14.0 arrives in float32, with its corrections 1 - β^t in float32 too. Its Muon
and LAMB are not here. Of its test/testextra/test_lr_scheduler.py every schedule is PyTorch's.
d2l-ai/d2l-en, chapter_optimization/{momentum,adagrad,rmsprop}.md at 23d7a5ae: what d2l.ai prints below its
figures.
chainer/chainer, tests/chainer_tests/optimizers_tests/test_optimizers.py at 74b3fa65: TestAdamW, TestAMSGrad.
scikit-learn/scikit-learn, sklearn/neural_network/tests/test_stochastic_optimizers.py at 4ae5b543: its
settings, with the optimizers of the scikit-learn that is installed.
"""

from copy import deepcopy

import numpy as np
import pytest
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from d2l_utils import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp
from d2l_utils.frameworks import like_torch

MOVING = {"momentum": 0.9}
NESTEROV = {"momentum": 0.9, "nesterov": True}
DECAY = {"weight_decay": 0.1}

# test -> optimizer, settings, steps, the first and last of the four x and the first and last of the sixteen W
TINYGRAD = {
    "sgd_high_lr_teeny": ("SGD", {"lr": 1.1}, 2, [-5.19858, -3.97781, 2.35426, -0.805714]),
    "adam_high_lr_teeny": ("Adam", {"lr": 1.1}, 2, [-2.69185, -0.398511, 2.33699, 0.859461]),
    "sgd": ("SGD", {"lr": 0.001}, 1, [-0.702927, -1.75374, 0.205927, -1.21411]),
    "sgd_high_lr": ("SGD", {"lr": 10}, 1, [1.90473, 11.6072, -7.16911, 31.4304]),
    "sgd_wd": ("SGD", {"lr": 0.001} | DECAY, 1, [-0.702856, -1.75357, 0.205906, -1.21399]),
    "sgd_high_lr_wd": ("SGD", {"lr": 10} | DECAY, 1, [2.60792, 13.3623, -7.37578, 32.6478]),
    "multistep_sgd": ("SGD", {"lr": 0.001}, 10, [-0.700419, -1.74246, 0.199442, -1.18549]),
    "multistep_sgd_high_lr": ("SGD", {"lr": 10}, 10, [1.18960e13, 2.64807e13, 2.09240e12, 6.13572e12]),
    "multistep_sgd_wd": ("SGD", {"lr": 0.001} | DECAY, 10, [-0.699707, -1.74072, 0.199244, -1.18433]),
    "multistep_sgd_high_lr_wd": (
        "SGD", {"lr": 9} | DECAY, 10, [-2.88845e13, -7.06591e13, -6.10547e10, -2.61307e13],
    ),
    "multistep_sgd_momentum": ("SGD", {"lr": 0.001} | MOVING, 10, [-0.691066, -1.70557, 0.177435, -1.08855]),
    "multistep_sgd_high_lr_momentum": (
        "SGD", {"lr": 10} | MOVING, 10, [4.27400e11, 3.20941e10, -1.89427e10, -2.88108e8],
    ),
    "multistep_sgd_momentum_wd": (
        "SGD", {"lr": 0.001} | MOVING | DECAY, 10, [-0.688095, -1.69850, 0.176653, -1.08389],
    ),
    "multistep_sgd_high_lr_momentum_wd": (
        "SGD", {"lr": 10} | MOVING | DECAY, 10, [-8.09656e13, -1.88860e14, -1.37592e12, -1.14776e13],
    ),
    "multistep_sgd_nesterov_momentum": (
        "SGD", {"lr": 0.001} | NESTEROV, 10, [-0.688783, -1.70106, 0.173925, -1.07314],
    ),
    "multistep_sgd_high_lr_nesterov_momentum": (
        "SGD", {"lr": 10} | NESTEROV, 10, [-5.14490e16, -1.13974e17, -7.31184e14, -1.44322e16],
    ),
    "multistep_sgd_nesterov_momentum_wd": (
        "SGD", {"lr": 0.001} | NESTEROV | DECAY, 10, [-0.685369, -1.69306, 0.173065, -1.06799],
    ),
    "multistep_sgd_high_lr_nesterov_momentum_wd": (
        "SGD", {"lr": 9} | NESTEROV | DECAY, 10, [-1.77816e16, -4.60672e16, 2.42207e15, -2.16557e16],
    ),
    "adam": ("Adam", {"lr": 0.001}, 1, [-0.702187, -1.75408, 0.205664, -1.21637]),
    "adam_high_lr": ("Adam", {"lr": 10}, 1, [9.29675, 8.24485, -9.79327, 8.78256]),
    "adamw": ("AdamW", {"lr": 0.001}, 1, [-0.702180, -1.75406, 0.205662, -1.21636]),
    "adamw_high_lr": ("AdamW", {"lr": 10}, 1, [9.36706, 8.42036, -9.81394, 8.90430]),
    "multistep_adam": ("Adam", {"lr": 0.001}, 10, [-0.693225, -1.74509, 0.196677, -1.20738]),
    "multistep_adam_high_lr": ("Adam", {"lr": 10}, 10, [0.669632, -3.63933, -2.82850, 32.7634]),
    "multistep_adamw": ("AdamW", {"lr": 0.001}, 10, [-0.693154, -1.74492, 0.196657, -1.20726]),
    "multistep_adamw_high_lr": ("AdamW", {"lr": 10}, 10, [-0.271240, -2.30123, 5.37888, 25.7951]),
}  # fmt: skip


def slopes(p, teeny):
    """Return the gradient of tinygrad's networks: the sum of x W, or m (log softmax(relu(x W)) + 1)."""
    x, w = p["x"], p["W"]
    if teeny:
        return {"x": w.sum(axis=0, keepdims=True), "W": np.repeat(x, 4, axis=0)}
    y = x @ w
    shares = np.exp(np.maximum(y, 0) - y.max())
    back = (p["m"] - shares / shares.sum() * p["m"].sum()) * (y > 0)
    return {"x": back @ w.T, "W": x.T @ back}


@pytest.mark.parametrize("name", TINYGRAD)
def test_the_networks_of_tinygrad(name):
    make, settings, steps, golden = TINYGRAD[name]
    draw = np.random.RandomState(1337).normal
    start = {
        key: draw(size=size).astype(np.float32)
        for key, size in {"x": (1, 4), "W": (4, 4), "m": (1, 4)}.items()
    }
    start = {key: value.astype(float) for key, value in start.items()}
    optimizer, p = getattr(like_torch, make)(**settings), {key: start[key] for key in ("x", "W")}
    for _ in range(steps):
        optimizer.update(p, slopes(p | {"m": start["m"]}, "teeny" in name))
    found = p["x"][0, [0, 3]].tolist() + p["W"].flat[[0, 15]].tolist()
    np.testing.assert_allclose(found, golden, rtol=3e-4)


D2L = {
    "momentum, η = 0.4, β = 0": (Momentum(0.4, 0, lr_in_velocity=False), (-0.943467, -0.000073)),
    "momentum, η = 0.6, β = 0": (Momentum(0.6, 0, lr_in_velocity=False), (-0.387814, -1673.365109)),
    "momentum, η = 0.6, β = 0.5": (Momentum(0.6, 0.5, lr_in_velocity=False), (0.007188, 0.002553)),
    "momentum, η = 0.6, β = 0.25": (Momentum(0.6, 0.25, lr_in_velocity=False), (-0.126340, -0.186632)),
    "adagrad, η = 0.4": (AdaGrad(0.4, 0.0, 1e-6), (-2.382563, -0.158591)),
    "adagrad, η = 2": (AdaGrad(2, 0.0, 1e-6), (-0.002295, 0.0)),
    "rmsprop": (RMSProp(0.4, 0.9, 0.0, 1e-6), (-0.010599, 0.0)),
}


@pytest.mark.parametrize(("optimizer", "golden"), D2L.values(), ids=D2L)
def test_what_d2l_prints(optimizer, golden):
    """Twenty steps from (−5, −2) down 0.1 x₁² + 2 x₂²."""
    optimizer, x = deepcopy(optimizer), np.array([-5.0, -2.0])
    for _ in range(20):
        optimizer.update(x, np.array([0.2, 4.0]) * x)
    np.testing.assert_allclose(x, golden, rtol=0, atol=6e-7)


def test_adamw_of_chainer():
    x = np.ones(1)
    AdamW.from_paper(alpha=0.001, weight_decay=0.1, multiplier=lambda t: 0.5).update(x, np.ones(1))
    np.testing.assert_allclose(x, 0.9495, rtol=1e-7)


def test_amsgrad_of_chainer():
    """Its ε is added before the correction (ε̂), its maximum is of the uncorrected v."""
    optimizer, x = Adam(0.01, beta2=0.7, amsgrad=True, eps_hat=True), np.zeros(4)
    rows = [
        ([1, -1, 10, -10], [0.3, 0.3, 30, 30], [0.3, 0.3, 30, 30], [-0.01, 0.01, -0.01, 0.01]),
        (
            [-10, -10, -1, -1], [30.21, 30.21, 21.3, 21.3], [30.21, 30.21, 30, 30],
            [-0.00377703, 0.01745388, -0.01548985, 0.01686232],
        ),
    ]  # fmt: skip
    for g, v, v_max, point in rows:
        optimizer.update(x, np.array(g, float))
        state = optimizer.state_dict()["state"]["params"]
        np.testing.assert_allclose(state["s"], v, rtol=1e-7)
        np.testing.assert_allclose(state["s_max"], v_max, rtol=1e-7)
        np.testing.assert_allclose(x, point, rtol=0, atol=2e-8)


SHAPES = [(4, 6), (6, 8), (7, 8, 9)]
MOMENTA = np.arange(0.5, 0.9, 0.1)
BETAS = [(b1, b2) for b1 in (0.9, 0.95) for b2 in (0.995, 0.996, 0.997, 0.998, 0.999)]
SCIKIT = {
    **{
        f"SGD, {lr}": (lambda p, lr=lr: SGDOptimizer(p, lr, momentum=0, nesterov=False), SGD(lr))
        for lr in 10.0 ** np.arange(-3, 4)
    },
    **{
        f"momentum {m:.1f}": (lambda p, m=m: SGDOptimizer(p, momentum=m, nesterov=False), Momentum(0.1, m))
        for m in MOMENTA
    },
    **{f"Nesterov {m:.1f}": (lambda p, m=m: SGDOptimizer(p, momentum=m), Nesterov(0.1, m)) for m in MOMENTA},
    **{
        f"Adam, {b1}, {b2}": (
            lambda p, b1=b1, b2=b2: AdamOptimizer(p, beta_1=b1, beta_2=b2), Adam(0.001, b1, b2, eps_hat=True),
        )
        for b1, b2 in BETAS
    },
}  # fmt: skip


@pytest.mark.parametrize(("make", "ours"), SCIKIT.values(), ids=SCIKIT)
def test_the_settings_of_scikit_learn(make, ours):
    ours, rng = deepcopy(ours), np.random.default_rng(0)
    theirs = [rng.normal(size=shape) for shape in SHAPES]
    params, optimizer = {str(i): p.copy() for i, p in enumerate(theirs)}, make(theirs)
    for _ in range(10):
        grads = [rng.normal(size=shape) for shape in SHAPES]
        optimizer.update_params(theirs, grads)
        ours.update(params, {str(i): g for i, g in enumerate(grads)})
        for p, q in zip(theirs, params.values(), strict=True):
            np.testing.assert_allclose(q, p, rtol=1e-12, atol=1e-14)
