"""MXNet's own numbers: what its Trainer's tests expect, and its references with its tests' settings.

apache/mxnet, tests/python/unittest/test_gluon_trainer.py at 04e9276d expects the points of TRAINER.
tests/python/unittest/test_optimizer.py at 02a33315 compares each optimizer with a reference in Python (PySGD,
PyAdam, PyRMSProp, PyAdaGrad) at random points, to 1e-4. TABLE has its settings, apart from `clip_gradient`,
which no preset takes, and where the references' formulas arrive, in float64, from W with the GRADIENTS.
"""

import numpy as np
import pytest

from d2l_utils.frameworks import like_mxnet

TRAINER = {
    "test_trainer_with_sparse_grad_on_single_context": ({"learning_rate": 1.0, "momentum": 0.5}, 1.0, -1.0),
    "test_trainer": ({"learning_rate": 1.0, "momentum": 0.5}, 2.0, -2.0),
    "test_trainer_reset_kv": ({"learning_rate": 0.1}, 2.0, -0.2),
}

W = np.array([0.2, 0.5, 0.9])
G = np.array([0.9, 0.1, 0.6])
GRADIENTS = [G, -G / 2, G[::-1]]
RATES = {"SGD": 0.01, "Adam": 0.001, "RMSProp": 0.001, "AdaGrad": 0.01}  # MXNet's own where none is given
TABLE = [
    ("SGD", {}, [0.1895, 0.4985, 0.888]),
    ("SGD", {"wd": 0.03}, [0.1893241032, 0.4980505849, 0.8871929424]),
    ("SGD", {"wd": 0.05}, [0.1892068977, 0.4977511247, 0.8866551734]),
    ("SGD", {"wd": 0.07}, [0.1890897395, 0.4974517843, 0.8861176198]),
    ("SGD", {"rescale_grad": 0.14}, [0.19853, 0.49979, 0.89832]),
    ("SGD", {"rescale_grad": 0.14, "wd": 0.03}, [0.1983506209, 0.499340198, 0.8975106209]),
    ("SGD", {"rescale_grad": 0.14, "wd": 0.05}, [0.1982310947, 0.4990404799, 0.8969713047]),
    ("SGD", {"rescale_grad": 0.14, "wd": 0.07}, [0.1981116163, 0.4987408818, 0.8964322043]),
    ("SGD", {"rescale_grad": 0.8}, [0.1916, 0.4988, 0.8904]),
    ("SGD", {"rescale_grad": 0.8, "wd": 0.03}, [0.1914232933, 0.4983504949, 0.8895924025]),
    ("SGD", {"rescale_grad": 0.8, "wd": 0.05}, [0.1913055482, 0.4980509747, 0.8890542737]),
    ("SGD", {"rescale_grad": 0.8, "wd": 0.07}, [0.1911878504, 0.4977515744, 0.8885163603]),
    ("SGD", {"momentum": 0.9}, [0.17816, 0.49724, 0.88044]),
    ("SGD", {"momentum": 0.9, "wd": 0.03}, [0.1778323956, 0.4963997059, 0.8789316282]),
    ("SGD", {"momentum": 0.9, "wd": 0.05}, [0.1776140877, 0.4958397497, 0.8779264784]),
    ("SGD", {"momentum": 0.9, "wd": 0.07}, [0.1773958559, 0.4952799853, 0.8769216736]),
    ("SGD", {"momentum": 0.9, "rescale_grad": 0.14}, [0.1969424, 0.4996136, 0.8972616]),
    ("SGD", {"momentum": 0.9, "rescale_grad": 0.14, "wd": 0.03}, [0.1966071337, 0.4987724546, 0.8957481203]),
    ("SGD", {"momentum": 0.9, "rescale_grad": 0.14, "wd": 0.05}, [0.1963837187, 0.4982119309, 0.8947395657]),
    ("SGD", {"momentum": 0.9, "rescale_grad": 0.14, "wd": 0.07}, [0.1961603803, 0.4976515992, 0.8937313565]),
    ("SGD", {"momentum": 0.9, "rescale_grad": 0.8}, [0.182528, 0.497792, 0.884352]),
    ("SGD", {"momentum": 0.9, "rescale_grad": 0.8, "wd": 0.03}, [0.1821986137, 0.4969515079, 0.8828424403]),
    ("SGD", {"momentum": 0.9, "rescale_grad": 0.8, "wd": 0.05}, [0.1819791182, 0.4963914197, 0.8818364987]),
    ("SGD", {"momentum": 0.9, "rescale_grad": 0.8, "wd": 0.07}, [0.1817596988, 0.4958315234, 0.8808309021]),
    ("Adam", {}, [0.198229492, 0.4981541874, 0.8980983436]),
    ("Adam", {"wd": 0.03}, [0.1982153409, 0.4978974843, 0.8980232822]),
    ("Adam", {"wd": 0.05}, [0.1982059886, 0.4977601576, 0.897975861]),
    ("Adam", {"wd": 0.07}, [0.1981967018, 0.4976465354, 0.8979305429]),
    ("Adam", {"rescale_grad": 0.14}, [0.1982294955, 0.498154219, 0.8980983487]),
    ("Adam", {"rescale_grad": 0.14, "wd": 0.03}, [0.1981316519, 0.4972439525, 0.8976628773]),
    ("Adam", {"rescale_grad": 0.14, "wd": 0.05}, [0.1980705988, 0.4971242735, 0.8974833547]),
    ("Adam", {"rescale_grad": 0.14, "wd": 0.07}, [0.1980128466, 0.4970755891, 0.8973624783]),
    ("Adam", {"rescale_grad": 0.8}, [0.1982294921, 0.4981541887, 0.8980983438]),
    ("Adam", {"rescale_grad": 0.8, "wd": 0.03}, [0.1982118262, 0.4978429966, 0.8980052529]),
    ("Adam", {"rescale_grad": 0.8, "wd": 0.05}, [0.1982001768, 0.4976865904, 0.8979472915]),
    ("Adam", {"rescale_grad": 0.8, "wd": 0.07}, [0.1981886298, 0.4975637593, 0.8978926047]),
    ("RMSProp", {}, [0.1965788993, 0.4960954013, 0.8956950227]),
    ("RMSProp", {"wd": 0.03}, [0.1965470086, 0.49550883, 0.8955298817]),
    ("RMSProp", {"wd": 0.05}, [0.1965258601, 0.4951678987, 0.8954223511]),
    ("RMSProp", {"wd": 0.07}, [0.1965048018, 0.4948693644, 0.895317219]),
    ("RMSProp", {"rescale_grad": 0.14}, [0.1965789087, 0.4960961437, 0.8956950413]),
    ("RMSProp", {"rescale_grad": 0.14, "wd": 0.03}, [0.1963556309, 0.4936610061, 0.8946471425]),
    ("RMSProp", {"rescale_grad": 0.14, "wd": 0.05}, [0.1962128265, 0.4932338692, 0.8941490746]),
    ("RMSProp", {"rescale_grad": 0.14, "wd": 0.07}, [0.1960750678, 0.4930409789, 0.8937916325]),
    ("RMSProp", {"rescale_grad": 0.8}, [0.1965788994, 0.4960954096, 0.8956950229]),
    ("RMSProp", {"rescale_grad": 0.8, "wd": 0.03}, [0.1965390675, 0.4953760248, 0.8954892947]),
    ("RMSProp", {"rescale_grad": 0.8, "wd": 0.05}, [0.1965126881, 0.4949764132, 0.8953563456]),
    ("RMSProp", {"rescale_grad": 0.8, "wd": 0.07}, [0.1964864507, 0.4946415428, 0.8952273965]),
    ("RMSProp", {"centered": True}, [0.1919892639, 0.4914628739, 0.8910208903]),
    ("RMSProp", {"centered": True, "wd": 0.03}, [0.1919357866, 0.4903864196, 0.8907084009]),
    ("RMSProp", {"centered": True, "wd": 0.05}, [0.191900239, 0.4897355674, 0.8905032397]),
    ("RMSProp", {"centered": True, "wd": 0.07}, [0.1918647766, 0.4891484522, 0.8903012618]),
    ("RMSProp", {"centered": True, "rescale_grad": 0.14}, [0.1919892912, 0.4914650754, 0.8910209493]),
    (
        "RMSProp",
        {"centered": True, "rescale_grad": 0.14, "wd": 0.03},
        [0.1916116627, 0.4865650688, 0.8889747298],
    ),
    (
        "RMSProp",
        {"centered": True, "rescale_grad": 0.14, "wd": 0.05},
        [0.1913661424, 0.4855449833, 0.8879316376],
    ),
    (
        "RMSProp",
        {"centered": True, "rescale_grad": 0.14, "wd": 0.07},
        [0.1911262668, 0.4850562535, 0.8871423659],
    ),
    ("RMSProp", {"centered": True, "rescale_grad": 0.8}, [0.1919892642, 0.4914628987, 0.8910208909]),
    (
        "RMSProp",
        {"centered": True, "rescale_grad": 0.8, "wd": 0.03},
        [0.1919224467, 0.4901352487, 0.8906311268],
    ),
    (
        "RMSProp",
        {"centered": True, "rescale_grad": 0.8, "wd": 0.05},
        [0.1918780652, 0.4893609457, 0.8903765984],
    ),
    (
        "RMSProp",
        {"centered": True, "rescale_grad": 0.8, "wd": 0.07},
        [0.1918338189, 0.4886884673, 0.8901275326],
    ),
    ("AdaGrad", {}, [0.1893506613, 0.4878055162, 0.8864542999]),
    ("AdaGrad", {"rescale_grad": 0.14}, [0.1893506905, 0.4878078627, 0.8864543604]),
    ("AdaGrad", {"rescale_grad": 0.8}, [0.1893506617, 0.4878055426, 0.8864543006]),
    ("AdaGrad", {"eps": 1e-08}, [0.1893506608, 0.487805474, 0.8864542988]),
    ("AdaGrad", {"eps": 1e-08, "rescale_grad": 0.14}, [0.1893506637, 0.4878057087, 0.8864543049]),
    ("AdaGrad", {"eps": 1e-08, "rescale_grad": 0.8}, [0.1893506608, 0.4878054766, 0.8864542989]),
]


@pytest.mark.parametrize(("settings", "gradient", "golden"), TRAINER.values(), ids=TRAINER)
def test_the_trainer_of_mxnet(settings, gradient, golden):
    x = np.zeros(10)
    like_mxnet.SGD(**settings).update(x, np.full(10, gradient))
    np.testing.assert_allclose(x, golden, rtol=1e-6)


def test_the_trainer_of_mxnet_when_the_rate_halves():
    """test_trainer goes on with lr_mult = 0.5, from -2 to -4."""
    optimizer, x = like_mxnet.SGD(learning_rate=1.0, momentum=0.5), np.zeros(10)
    optimizer.update(x, np.full(10, 2.0))
    optimizer.lr *= 0.5
    optimizer.update(x, np.full(10, 2.0))
    np.testing.assert_allclose(x, -4)


@pytest.mark.parametrize(("name", "settings", "golden"), TABLE)
def test_the_references_of_mxnet(name, settings, golden):
    optimizer, w = getattr(like_mxnet, name)(learning_rate=RATES[name], **settings), W.copy()
    for g in GRADIENTS:
        optimizer.update(w, g)
    atol = 3e-8 if name == "Adam" else 2e-9  # its averages have β in single precision, as MXNet's
    np.testing.assert_allclose(w, golden, rtol=0, atol=atol)
