"""What would be lost or changed without a word: a momentum, a decay's sign, a number beyond 32 bits."""

import copy
import pickle

import numpy as np
import pytest

from d2l_utils import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Constant,
    Momentum,
    OneCycle,
    RMSProp,
    Warmup,
    WarmupStableDecay,
    WeightDecay,
    bowl,
    descend,
)
from d2l_utils.frameworks import like_mxnet, like_optax, like_torch
from d2l_utils.optimizers.around import ScaledGradient
from d2l_utils.schedules.parts import Clipped, Mirrored, Stairs
from d2l_utils.schedules.stepping import Stepper


def test_a_warm_up_keeps_the_momentum_that_belongs_to_its_schedule():
    cycle = OneCycle(0.5, 10)
    warm = Warmup(cycle, 3)
    assert [warm.momentum(t) for t in range(4)] == [cycle.momentum(0)] * 4
    assert warm.momentum(5) == cycle.momentum(2) == 0.85
    optimizer = Momentum()
    stepper = Stepper(optimizer, warm)
    for _ in range(5):
        stepper.step()
    assert (optimizer.lr, optimizer.momentum) == (0.5, 0.85)
    assert Warmup(Constant(0.1), 3).momentum is None


def test_a_momentum_that_others_would_leave_is_refused():
    joined, optimizer = (
        like_optax.schedules.join_schedules([Constant(0.1), OneCycle(0.5, 10)], [3]),
        Momentum(),
    )
    for moved in (joined, Warmup(joined, 2)):
        with pytest.raises(ValueError, match=r"the others do not say where it goes.*cycle_momentum=False"):
            Stepper(optimizer, moved)
    assert optimizer.lr == Momentum().lr
    assert joined(5) == OneCycle(0.5, 10)(2)
    still = OneCycle(0.5, 10, cycle_momentum=False)
    assert like_optax.schedules.join_schedules([Constant(0.1), still], [3]).momentum is None


CYCLE = OneCycle(0.5, 10)
LEFT = [
    (lambda: like_torch.SGD(lr=CYCLE, momentum=0.9), "momentum too, to 0.95 in this update, and it is 0.9"),
    (lambda: like_torch.Adam(lr=CYCLE, weight_decay=0.1, maximize=True), "beta1 too, to 0.95"),
    (lambda: like_mxnet.SGD(learning_rate=CYCLE, momentum=0.9), "momentum too, to 0.95"),
    (lambda: AdamW.from_paper(0.1, 0.1, CYCLE), "beta1 too, to 0.95"),
    (lambda: Momentum(Clipped(CYCLE, low=0.1)), "momentum too, to 0.95"),
    (lambda: Momentum(like_torch.lr_scheduler.LambdaLR(0.5, CYCLE)), "the rate moves the momentum, which is"),
]


@pytest.mark.parametrize(("make", "message"), LEFT)
def test_a_momentum_that_a_schedule_would_move_and_nobody_does_is_refused(make, message):
    optimizer, w = make(), np.ones(1)
    with pytest.raises(ValueError, match=rf"{message}.*cycle_momentum=False"):
        optimizer.update(w, w.copy())
    with pytest.raises(ValueError, match=r"cycle_momentum=False"):
        descend(optimizer, bowl, num_steps=1)
    assert (w[0], optimizer.t) == (1, 0)


def test_a_momentum_that_is_moved_by_hand_is_taken_whatever_is_put_around():
    for optimizer in (like_mxnet.SGD(learning_rate=CYCLE, momentum=0.9, wd=0.1), Momentum(CYCLE)):
        w = np.ones(1)
        for _ in range(10):
            optimizer.momentum = optimizer.lr.momentum(optimizer.t)
            optimizer.update(w, w.copy())
        optimizer.momentum = 0.5
        with pytest.raises(
            ValueError, match=r"and it is 0\.5: say `optimizer\.momentum = schedule\.momentum"
        ):
            optimizer.update(w, w.copy())
    for still in (
        SGD(CYCLE),
        Momentum(OneCycle(0.5, 10, cycle_momentum=False)),
        Momentum(lambda t: CYCLE(t)),
    ):
        still.update(w, w.copy())


@pytest.mark.parametrize(
    ("around", "asked"),
    [
        (Clipped(CYCLE, low=0.1), lambda t: t),
        (Stairs(CYCLE, 3), lambda t: t // 3 * 3),
        (Mirrored(CYCLE, 4), lambda t: abs((t + 4) % 8 - 4)),
    ],
)
def test_a_schedule_of_a_schedule_keeps_its_momentum(around, asked):
    assert [around.momentum(t) for t in range(10)] == [CYCLE.momentum(asked(t)) for t in range(10)]
    assert type(around)(Constant(0.1), 3.0).momentum is None


@pytest.mark.parametrize(
    "make", [lambda: like_torch.SGD(maximize=True), lambda: like_mxnet.SGD(rescale_grad=0.5)]
)
def test_a_decay_that_would_be_scaled_with_the_gradient_is_refused(make):
    with pytest.raises(
        TypeError, match=r"goes inside, or it is scaled with the gradient: say ScaledGradient"
    ):
        WeightDecay(make(), 0.1)


def test_a_decay_inside_is_the_preset_s_own():
    ours, theirs = np.ones(1), np.ones(1)
    for w, optimizer in (
        (ours, ScaledGradient(WeightDecay(SGD(0.1), 0.1), -1.0)),
        (theirs, like_torch.SGD(lr=0.1, maximize=True, weight_decay=0.1)),
    ):
        for g in (1.0, 2.0, 3.0):
            optimizer.update(w, np.array([g]))
    assert ours == theirs
    assert np.isclose(ours[0], 1.5663)  # of PyTorch 2.13, to four digits
    w = np.ones(1)
    WeightDecay(like_torch.SGD(lr=0.5, maximize=True), 0.5, decoupled=True).update(w, np.zeros(1))
    assert w[0] == 0.75


@pytest.mark.parametrize(
    "settings", [{"learning_rate": 1e39}, {"learning_rate": [0.1, 1e39]}, {"rescale_grad": 1e40}]
)
def test_a_setting_that_32_bits_do_not_hold_is_refused(settings):
    with pytest.raises(ValueError, match=r"have 32 bits, so they end at 3.4e38; got .*1\.?e\+(39|40)"):
        like_mxnet.SGD(**settings)


def test_a_rate_that_32_bits_do_not_hold_is_refused_whoever_gives_it():
    w = np.ones(1)
    with pytest.raises(ValueError, match=r"got 1e\+39"):
        like_mxnet.SGD(learning_rate=lambda t: 1e39).update(w, w.copy())
    optimizer = like_mxnet.SGD()
    with pytest.raises(ValueError, match=r"got 1e\+39"):
        optimizer.learning_rate = 1e39
    assert w[0] == 1


def test_a_saved_slot_that_is_no_array_is_told():
    with pytest.raises(ValueError, match="a saved state holds 't' and 'state', as state_dict"):
        Momentum().load_state_dict({"t": 1, "state": {"w": {"v": [[1], [1, 2]]}}})


@pytest.mark.parametrize("put_around", [lambda made: made, lambda made: ScaledGradient(made, 2.0)])
def test_a_decay_does_not_follow_a_rate_that_is_corrected_for_the_start(put_around):
    corrected, adam = like_mxnet.Adam(learning_rate=0.1), Adam(lr=0.1, eps_hat=True)
    with pytest.raises(
        TypeError, match=r"takes η λ, and MXNet's Adam hands its rule a rate that is corrected"
    ):
        WeightDecay(put_around(corrected), 0.5, decoupled=True)
    w = np.ones(1)
    WeightDecay(put_around(adam), 0.5, decoupled=True).update(w, np.zeros(1))
    assert w == 1 - 0.1 * 0.5
    WeightDecay(corrected, 0.5).update(w, np.zeros(1))  # coupled decay is part of the gradient


@pytest.mark.parametrize("scale", [-np.inf, np.float64("-inf"), np.inf, np.nan])
def test_an_infinite_scale_is_no_setting(scale):
    with pytest.raises(ValueError, match="scale must be finite"):
        ScaledGradient(SGD(), scale)
    assert ScaledGradient(SGD(), -1e300).scale == -1e300


@pytest.mark.parametrize("method", [AdaGrad, RMSProp])
def test_where_a_state_starts_does_not_change_behind_the_optimizer(method):
    starts = np.array([1.0, 4.0])
    optimizer, w = method(initial_accumulator=starts), np.zeros(2)
    starts[:] = 0  # the reader's own array
    for each in (optimizer, copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        with pytest.raises(ValueError, match="read-only"):
            each.initial_accumulator[:] = 9.0
    other, v = method(initial_accumulator=[1.0, 4.0]), np.zeros(2)
    optimizer.update(w, np.ones(2))
    other.update(v, np.ones(2))
    assert w.tolist() == v.tolist()


def test_a_run_is_as_long_as_small_integers_say():
    of_numpy = WarmupStableDecay(0.5, *np.array([250, 100, 100], np.uint8))
    assert [of_numpy(t) for t in (0, 150, 249)] == [0.005, 0.5, 0.005]
    with pytest.raises(ValueError, match=r"must fit into steps; got 100 \+ 100 > 120"):
        WarmupStableDecay(0.5, *np.array([120, 100, 100], np.int8))
