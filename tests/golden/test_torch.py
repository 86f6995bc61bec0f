"""PyTorch's own numbers: a small network after 1, 101 and 1001 steps of 14 optimizers.

pytorch/pytorch, test/cpp/api/optim_baseline.h at 58dd0f53, settings from optim_baseline.py at 051e2a50: its
C++ optimizers are held to these numbers. Of the 13 parameters each row has four: the first weight and the
first offset of the hidden layer, the first weight and the offset of the last. The start is what PyTorch draws
from seed 0. PyTorch's Adam of that commit adds ε before the correction (ε̂), as it no longer does.
"""

import numpy as np
import pytest

from d2l_utils import Adam, WeightDecay
from d2l_utils.frameworks import like_torch

HIDDEN = [
    [-0.21089885683388707, -0.4975560466422629],
    [-0.1412921620247176, -0.3420288967865903],
    [-0.2523635082803723, 0.6975570255493778],
]
HIDDEN_OFFSETS = [-0.10853121966252376, -0.297948499687533, 0.6892015099955718]
LAST = [-0.05080313011597654, -0.3941351875105899, -0.28433759745928844]
LAST_OFFSET = [-0.07113812430174121]
INPUT = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])

CASES = {
    "Adam": (
        lambda: Adam(1.0, eps_hat=True),
        [
            [0.7889791973017408, 0.8914325948147117, -1.0508020464078212, -1.0711376814874036],
            [8.232343369651838, 8.417513698774671, -6.7296200590850805, -6.435644769127909],
            [8.232728644466773, 8.417903429548836, -6.729914394552445, -6.435922417839901],
        ],
    ),
    "Adam_with_weight_decay": (
        lambda: WeightDecay(Adam(1.0, eps_hat=True), 1e-2),
        [
            [0.7890338917145869, 0.8914365922767382, -1.0508020445177773, -1.071137681045855],
            [0.1783589728828845, 0.6227661366261539, -1.4259754714918282, -2.0710783910024624],
            [0.1796366609840689, 0.6287216343837064, -1.4123467490671706, -2.0633690434349052],
        ],
    ),
    "Adam_with_weight_decay_and_amsgrad": (
        lambda: WeightDecay(Adam(1.0, eps_hat=True, amsgrad=True), 1e-6),
        [
            [0.7889792072185753, 0.8914325952640971, -1.0508020464076324, -1.0711376814873597],
            [6.790172150533645, 7.958560080109429, -6.690685400916639, -6.4066139474811115],
            [0.0234986931355529, 1.7498774217269997, -6.299378178284937, -6.250147860242402],
        ],
    ),
    "Adagrad": (
        lambda: like_torch.Adagrad(lr=1.0),
        [
            [0.7891011045987429, 0.8914687688941954, -1.0508031297732776, -1.071138124161711],
            [2.407922969689259, 2.9334079162217193, -2.221396083069719, -1.5858816837541876],
            [2.7098389356033787, 3.4096859099156673, -2.950970455420847, -1.8922653655195538],
        ],
    ),
    "Adagrad_with_weight_decay": (
        lambda: like_torch.Adagrad(lr=1.0, weight_decay=1e-2),
        [
            [0.7891011218979068, 0.8914687701583902, -1.0508031297726799, -1.0711381241615712],
            [0.18461166785222127, 0.6482869597891654, -1.454709711443681, -1.9052928365443633],
            [0.17963666391853464, 0.6287216468984883, -1.4123467758545658, -2.0633688474977463],
        ],
    ),
    "Adagrad_with_weight_decay_and_lr_decay": (
        lambda: like_torch.Adagrad(lr=1.0, weight_decay=1e-6, lr_decay=1e-3),
        [
            [0.7891011046018798, 0.8914687688943375, -1.0508031297732776, -1.0711381241617108],
            [2.3462189441101033, 2.9090564593404, -2.206159683368316, -1.5796101463783623],
            [2.245896171868896, 3.230036385413078, -2.83151249424399, -1.8434843744626481],
        ],
    ),
    "RMSprop": (
        lambda: like_torch.RMSprop(lr=0.1),
        [
            [0.7890625772821005, 0.8914573371873159, -1.0508027874171133, -1.0711379842715099],
            [2.4485718582774427, 2.994661478530102, -2.3036981738757825, -1.6207875598008983],
            [3.0175156205790477, 3.9190041004420175, -4.053111559341913, -2.353949890597345],
        ],
    ),
    "RMSprop_with_weight_decay": (
        lambda: like_torch.RMSprop(lr=0.1, weight_decay=1e-2),
        [
            [0.7890798754118442, 0.891458601354904, -1.0508027868194278, -1.0711379841318796],
            [0.21398926523995987, 0.6720959116683096, -1.435763364089916, -1.9673083558727738],
            [0.2306170112270019, 0.680671467383083, -1.4635008778278134, -2.1262432969587723],
        ],
    ),
    "RMSprop_with_weight_decay_and_centered": (
        lambda: like_torch.RMSprop(lr=0.1, weight_decay=1e-6, centered=True),
        [
            [0.7941000061626792, 0.8964950370033696, -1.055840599214661, -1.0761757981162612],
            [2.3762999876885833, 2.990896455635836, -2.3071822180635286, -1.622583045791722],
            [0.4875468895095058, 2.1078734515587483, -3.9782695475825225, -2.403496388200805],
        ],
    ),
    "RMSprop_with_weight_decay_and_centered_and_momentum": (
        lambda: like_torch.RMSprop(lr=0.1, weight_decay=1e-6, centered=True, momentum=0.9),
        [
            [0.7941000061626794, 0.8964950370033699, -1.055840599214661, -1.0761757981162612],
            [11.587263945492355, 15.298238342006444, -11.287147147258441, -10.744790465364126],
            [0.10393820340367545, 0.34039464502063904, -4.174294597914298, -7.182093090194918],
        ],
    ),
    "SGD": (
        lambda: like_torch.SGD(lr=0.1),
        [
            [-0.21063957030131192, -0.1076573444246077, -0.07998325778863398, -0.14255126505509488],
            [-0.15543131540224012, 0.0772434360716014, -0.8213382425894498, -1.873409073108485],
            [-0.07583232846497831, 0.34400386060915455, -1.3272851146877218, -2.877716472882302],
        ],
    ),
    "SGD_with_weight_decay": (
        lambda: like_torch.SGD(lr=0.1, weight_decay=1e-2),
        [
            [-0.21042867144447805, -0.10754881320494518, -0.079932454658518, -0.14248012693079315],
            [-0.13579982290274883, 0.08550003826014416, -0.796312238882584, -1.8045854907382846],
            [0.052771609187326034, 0.3999968617221314, -1.1254107858333455, -2.176236807160431],
        ],
    ),
    "SGD_with_weight_decay_and_momentum": (
        lambda: like_torch.SGD(lr=0.1, momentum=0.9, weight_decay=1e-2),
        [
            [-0.21042867144447805, -0.10754881320494518, -0.079932454658518, -0.14248012693079315],
            [0.005611848725195473, 0.23834837300214828, -1.041947788394885, -2.3359277661920594],
            [0.17948886155124505, 0.6281635672171683, -1.4115305541843781, -2.0634616066978615],
        ],
    ),
    "SGD_with_weight_decay_and_nesterov_momentum": (
        lambda: like_torch.SGD(lr=0.1, momentum=0.9, weight_decay=1e-6, nesterov=True),
        [
            [-0.21040617235121148, -0.1068708360895515, -0.10624536304143092, -0.2068230782168696],
            [-0.1262387113548655, 0.17551336074135096, -1.592840413595591, -3.7728444542017687],
            [-0.07326215742204906, 0.35396614509118257, -1.8125038126190638, -4.192162739857097],
        ],
    ),
}


def gradients(p):
    """Return the slopes of the sum of the network's outputs."""
    hidden = 1 / (1 + np.exp(-(INPUT @ p["hidden"].T + p["hidden offsets"])))
    output = 1 / (1 + np.exp(-(hidden @ p["last"] + p["last offset"])))
    back = output * (1 - output)
    inner = back[:, None] * p["last"] * hidden * (1 - hidden)
    return {
        "hidden": inner.T @ INPUT,
        "hidden offsets": inner.sum(axis=0),
        "last": back @ hidden,
        "last offset": back.sum(keepdims=True),
    }


def walk(optimizer):
    """Return the four numbers after 1, 101 and 1001 steps."""
    start = (HIDDEN, HIDDEN_OFFSETS, LAST, LAST_OFFSET)
    p = dict(zip(("hidden", "hidden offsets", "last", "last offset"), map(np.array, start), strict=True))
    rows = []
    for t in range(1001):
        optimizer.update(p, gradients(p))
        if t in (0, 100, 1000):
            rows.append([array.flat[0] for array in p.values()])
    return np.array(rows)


@pytest.mark.parametrize(("make", "golden"), CASES.values(), ids=CASES)
def test_the_baseline_of_pytorch(make, golden):
    np.testing.assert_allclose(walk(make()), golden, rtol=1e-9, atol=1e-9)
