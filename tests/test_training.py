"""The minibatch loop: what it records, that it learns, and that it stops when the loss is lost."""

import numpy as np
import pytest

from d2l_utils import SGD, Adam, Momentum
from d2l_utils.averages import Average
from d2l_utils.data import load_digits, make_regression, minibatches
from d2l_utils.frameworks import like_torch
from d2l_utils.models import LinearRegression, SoftmaxRegression, TwoLayerNet
from d2l_utils.training import fit
from tests.rules import OPTIMIZERS


def problem(n=25, noise=0.0):
    return make_regression(n, 3, noise=noise, rng=np.random.default_rng(0))[0]


def model(**settings):
    return LinearRegression(3, rng=np.random.default_rng(1), **settings)


def trained(optimizer, data=None, *, net=None, **settings):
    """Fit a model and return it with the history."""
    net = net or model()
    options = {"epochs": 3, "batch_size": 10, "rng": np.random.default_rng(2), "progress": False}
    return net, fit(net, data or problem(), optimizer, **{**options, **settings})


def test_it_is_the_plain_loop():
    net, history = trained(Momentum(0.1))
    by_hand, optimizer, rng = model(), Momentum(0.1), np.random.default_rng(2)
    losses, ends = [], [by_hand.loss(*problem())]
    for _ in range(3):
        for x, t in minibatches(*problem(), 10, rng):
            losses.append(by_hand.loss(x, t))
            optimizer.update(by_hand.params, by_hand.gradient(x, t))
        ends.append(by_hand.loss(*problem()))
    assert history.loss.tolist() == losses
    assert history.train_loss.tolist() == ends
    assert all(np.array_equal(net.params[name], values) for name, values in by_hand.params.items())


@pytest.mark.parametrize(
    ("n", "size", "drop_last", "updates"),
    [(25, 10, False, 3), (25, 10, True, 2), (20, 10, False, 2), (5, 99, False, 1)],
)
def test_the_history_counts_updates_and_epochs(n, size, drop_last, updates):
    _, history = trained(SGD(0.1), problem(n), batch_size=size, drop_last=drop_last)
    assert history.loss.shape == history.epoch.shape == (3 * updates,)
    np.testing.assert_allclose(history.epoch, np.arange(3 * updates) / updates)
    assert history.train_loss.shape == (4,)
    assert history.validation_loss.shape == history.validation_accuracy.shape == (0,)
    assert not history.diverged


def test_validation_is_looked_at_and_never_trained_on():
    train, test = load_digits()
    small = (train.x[:200], train.t[:200])

    def net():
        return SoftmaxRegression(64, 10, rng=np.random.default_rng(0))

    seen, history = trained(SGD(0.1), small, net=net(), validation=test)
    unseen, _ = trained(SGD(0.1), small, net=net())
    assert all(np.array_equal(seen.params[name], values) for name, values in unseen.params.items())
    assert history.validation_loss.shape == history.validation_accuracy.shape == (4,)
    assert history.validation_loss[0] == net().loss(*test)
    assert history.validation_loss[-1] == seen.loss(*test)
    assert history.validation_accuracy[-1] == seen.accuracy(*test)
    assert history.train_loss[-1] == seen.loss(*small)


def test_a_regression_has_no_accuracy():
    _, history = trained(SGD(0.1), validation=problem(40))
    assert history.validation_loss.shape == (4,)
    assert history.validation_accuracy.shape == (0,)


def test_the_optimizer_goes_on_where_it_was():
    whole, history = trained(Adam(0.1), epochs=4)
    net, optimizer, rng = model(), Adam(0.1), np.random.default_rng(2)
    parts = [trained(optimizer, net=net, epochs=2, rng=rng)[1] for _ in range(2)]
    assert np.array_equal(np.concatenate([part.loss for part in parts]), history.loss)
    assert optimizer.t == 12
    assert all(np.array_equal(net.params[name], values) for name, values in whole.params.items())


def test_seeds_decide_everything():
    first, again = (trained(SGD(0.1))[1].loss for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, trained(SGD(0.1), rng=np.random.default_rng(3))[1].loss)


def test_data_and_dtype_stay_as_they_were():
    x, t = problem()
    before = x.copy(), t.copy()
    net, _ = trained(Adam(0.1), (x, t), net=model(dtype=np.float32))
    assert np.array_equal(x, before[0])
    assert np.array_equal(t, before[1])
    assert {values.dtype for values in net.params.values()} == {np.dtype(np.float32)}


# a rate for each kind at which four epochs are enough
RATES = {
    "SGD": 0.2, "AdaGrad": 0.05, "RMSProp": 0.01, "AdaDelta": 1.0, "Adam": 0.01, "AdamW": 0.01,
    "Lion": 0.003, "ScheduleFreeSGD": 1.0,
}  # fmt: skip


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_optimizer_learns_to_read_digits(make):
    train, test = load_digits()
    rng = np.random.default_rng(0)
    kind = make.args[0] if make.args else make.func  # weight decay is put around the first argument
    optimizer = make(lr=RATES.get(kind.__name__, 0.05))
    net = TwoLayerNet(64, 32, 10, rng=rng)
    history = fit(net, train, optimizer, epochs=4, batch_size=32, rng=rng, validation=test, progress=False)
    assert history.train_loss[-1] < 0.4 * history.train_loss[0]
    assert history.validation_accuracy[-1] > 0.85


def test_full_batches_reach_the_known_minimum():
    data = problem(60)
    net, history = trained(SGD(0.5), data, batch_size=60, epochs=200)
    assert history.train_loss[-1] < 1e-20
    assert np.all(np.diff(history.train_loss[:30]) < 0)
    np.testing.assert_allclose(net.predict(data.x), data.t, atol=1e-9)


def test_divergence_ends_the_training_early_with_the_loss_that_did_it():
    net, history = trained(SGD(1e200), validation=problem(), epochs=50)
    assert history.diverged
    assert np.isfinite(history.loss[:-1]).all()
    assert not np.isfinite(history.loss[-1])
    assert len(history.loss) < 10
    assert len(history.epoch) == len(history.loss)
    assert len(history.validation_loss) == len(history.train_loss) < 6
    assert net.params.keys() == {"W", "b"}


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"epochs": 0}, ValueError, "epochs must be at least 1; got 0"),
        ({"epochs": 1.5}, TypeError, "epochs must be a whole number"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
        ({"rng": 1}, TypeError, "rng must be a numpy.random.Generator"),
        ({"data": (np.zeros((3, 3)), np.zeros(2))}, ValueError, "the same number of examples"),
        ({"data": (np.zeros((3, 2)), np.zeros(3))}, ValueError, r"x must have shape \(n, 3\)"),
        ({"validation": (np.zeros((3, 2)), np.zeros(3))}, ValueError, r"x must have shape \(n, 3\)"),
        (
            {"batch_size": 99, "drop_last": True},
            ValueError,
            "drop_last leaves no minibatch of 99 in 25 examples",
        ),
    ],
)
def test_wrong_arguments_leave_the_model_as_it_was(settings, error, message):
    net, optimizer = model(), Adam()
    with pytest.raises(error, match=message):
        trained(optimizer, settings.pop("data", None), net=net, **settings)
    assert all(np.array_equal(net.params[name], values) for name, values in model().params.items())
    assert optimizer.state_dict() == {"t": 0, "method": "Adam", "state": {}}


@pytest.mark.parametrize("progress", [True, None])
def test_progress_goes_to_the_terminal_only(progress, capsys):
    trained(SGD(0.1), progress=progress)
    out, err = capsys.readouterr()
    assert out == ""
    assert ("epochs" in err) == (progress is True)


@pytest.mark.parametrize("optimizer", [SGD, "adam", None, {}, Average(), like_torch.SGD], ids=repr)
def test_what_is_no_optimizer_is_refused_before_a_number_is_drawn(optimizer):
    rng = np.random.default_rng(2)
    with pytest.raises(TypeError, match=r"optimizer must have update\(params, grads\), made, such as SGD"):
        trained(optimizer, rng=rng)
    assert rng.random() == np.random.default_rng(2).random()
