"""Torch7's golden file: a hundred steps down Rosenbrock's valley from (1.5, 1.5).

pytorch/pytorch, test/optim/lua.out at 3d80b137, printed to twelve digits by Torch7's optim package with the
settings of tests.json there. The second slope that it descends has an x too many (so in its test.lua). Its
Adam adds ε before the correction (ε̂), its RMSProp starts from s = 1. Not here: its dampened momentum, which
is not one rule, and its "nag", which takes the gradient elsewhere.
"""

import numpy as np
import pytest

from d2l_utils import Adam, WeightDecay
from d2l_utils.frameworks import like_optax, like_torch


def rmsprop(lr, alpha=0.99, eps=1e-8):
    return like_optax.rmsprop(lr, alpha, eps, initial_scale=1.0, eps_in_sqrt=False)


CASES = {
    "adadelta": (
        lambda: like_torch.Adadelta(rho=0.9, eps=1e-6),
        {
            1: [1.496837722340, 1.503162277660],
            3: [1.490392498649, 1.509607350660],
            100: [1.314135937533, 1.685403840107],
        },
    ),
    "adadelta, rho": (
        lambda: like_torch.Adadelta(rho=0.95),
        {
            1: [1.495527864045, 1.504472135954],
            3: [1.486633055010, 1.513366638826],
            100: [1.314578204226, 1.684880891848],
        },
    ),
    "adadelta, eps": (
        lambda: like_torch.Adadelta(rho=0.95, eps=1e-3),
        {
            1: [1.358578650716, 1.641421328302],
            3: [1.303288611448, 1.696244836115],
            100: [1.176462543036, 1.755848112526],
        },
    ),
    "adadelta, weightDecay": (
        lambda: like_torch.Adadelta(weight_decay=0.2),
        {
            1: [1.496837722340, 1.503162277660],
            3: [1.490392438457, 1.509607198948],
            100: [1.313945121641, 1.684894175873],
        },
    ),
    "adagrad": (
        lambda: like_torch.Adagrad(lr=1e-3),
        {1: [1.499, 1.501], 3: [1.497720463228, 1.502279529449], 100: [1.481798994647, 1.518200402711]},
    ),
    "adam": (
        lambda: Adam(1e-3, eps_hat=True),
        {
            1: [1.499000000001, 1.500999999999],
            3: [1.497000590905, 1.502999408190],
            100: [1.411295823128, 1.588683222100],
        },
    ),
    "adam, learningRate": (
        lambda: Adam(1e-4, eps_hat=True),
        {1: [1.4999, 1.5001], 3: [1.499700005741, 1.500299994250], 100: [1.490102453959, 1.509897390837]},
    ),
    "adam, beta1": (
        lambda: Adam(1e-4, beta1=0.92, eps_hat=True),
        {1: [1.4999, 1.5001], 3: [1.499700004538, 1.500299995455], 100: [1.490092739372, 1.509907120027]},
    ),
    "adam, beta2": (
        lambda: Adam(1e-4, beta1=0.92, beta2=0.96, eps_hat=True),
        {1: [1.4999, 1.5001], 3: [1.499700002351, 1.500299997646], 100: [1.490034343012, 1.509965604259]},
    ),
    "adam, epsilon": (
        lambda: Adam(1e-4, beta1=0.92, beta2=0.96, eps=1e-3, eps_hat=True),
        {
            1: [1.499900001109, 1.500099997778],
            3: [1.499700004905, 1.500299992526],
            100: [1.490034371477, 1.509965547084],
        },
    ),
    "adam, weightDecay": (
        lambda: WeightDecay(Adam(1e-4, eps_hat=True), 0.1),
        {1: [1.4999, 1.5001], 3: [1.499700005739, 1.500299994246], 100: [1.490102422955, 1.509897312634]},
    ),
    "rmsprop": (lambda: rmsprop(1e-2), {100: [1.298377974681, 1.686614574776]}),
    "rmsprop, learningRate": (
        lambda: rmsprop(1e-4),
        {
            1: [1.499000243273, 1.500999023654],
            3: [1.497716157531, 1.502282701148],
            100: [1.480165969661, 1.519831605100],
        },
    ),
    "rmsprop, alpha": (
        lambda: rmsprop(1e-4, 0.95),
        {
            1: [1.499552807291, 1.500447129697],
            3: [1.498968745950, 1.501031155732],
            100: [1.487998935489, 1.512000771753],
        },
    ),
    "rmsprop, epsilon": (
        lambda: rmsprop(1e-4, 0.95, 1e-3),
        {
            1: [1.499552811725, 1.500447120812],
            3: [1.498968754203, 1.501031139182],
            100: [1.487998973217, 1.512000695760],
        },
    ),
    "sgd": (lambda: like_torch.SGD(lr=1e-3), {100: [1.261621570352, 1.592554504180]}),
    "sgd, learningRate": (
        lambda: like_torch.SGD(lr=1e-4),
        {1: [1.4549, 1.5225], 3: [1.393030592000, 1.553347191302], 100: [1.269468239956, 1.612436458965]},
    ),
    "sgd, nesterov": (
        lambda: like_torch.SGD(lr=1e-4, momentum=0.95, nesterov=True),
        {
            1: [1.412055, 1.543875],
            3: [1.243558315812, 1.627855092636],
            100: [1.256090923872, 1.578628894138],
        },
    ),
    "sgd, weightDecay": (
        lambda: like_torch.SGD(lr=1e-3, weight_decay=0.2),
        {1: [1.0487, 1.7247], 3: [1.244533092539, 1.625524695645], 100: [1.247084359521, 1.556253127065]},
    ),
}


def walk(optimizer):
    """Return the points after each of 100 steps."""
    p, points = np.array([1.5, 1.5]), []
    for _ in range(100):
        x, y = p
        optimizer.update(p, np.array([-400 * x * (y - x**2) - 2 * (1 - x), 200 * x * (y - x**2)]))
        points.append(p.copy())
    return points


@pytest.mark.parametrize(("make", "golden"), CASES.values(), ids=CASES)
def test_the_golden_file_of_torch7(make, golden):
    points = walk(make())
    for t, point in golden.items():
        np.testing.assert_allclose(points[t - 1], point, rtol=0, atol=2e-12, err_msg=f"step {t}")
