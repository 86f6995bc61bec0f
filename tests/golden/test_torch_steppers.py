"""What PyTorch's own tests demand of its schedulers, where they publish no number.

pytorch/pytorch, test/optim: test_lrscheduler.py at 01f9ef32, test_scheduler_nested_composite.py at d8e3af99.
"""

import pickle

import numpy as np
import pytest

from d2l_utils import SGD, AdamW
from d2l_utils.frameworks import like_torch
from d2l_utils.frameworks.like_torch_schedules import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)

LAWS = {
    "LambdaLR": lambda o, **more: LambdaLR(o, lambda epoch: 0.5 ** (epoch // 10), **more),
    "StepLR": lambda o, **more: StepLR(o, step_size=30, **more),
    "MultiStepLR": lambda o, **more: MultiStepLR(o, milestones=[30, 80], **more),
    "ConstantLR": ConstantLR,
    "LinearLR": LinearLR,
    "ExponentialLR": lambda o, **more: ExponentialLR(o, gamma=0.999, **more),
    "PolynomialLR": PolynomialLR,
    "CosineAnnealingLR": lambda o, **more: CosineAnnealingLR(o, T_max=10, **more),
    "CosineAnnealingWarmRestarts": lambda o, **more: CosineAnnealingWarmRestarts(o, T_0=20, **more),
    "CyclicLR": lambda o, **more: CyclicLR(o, base_lr=0.01, max_lr=0.1, **more),
    "OneCycleLR": lambda o, **more: OneCycleLR(o, max_lr=0.01, total_steps=10, **more),
}
every_law = pytest.mark.parametrize("make", LAWS.values(), ids=LAWS)


@every_law
def test_a_checkpoint_goes_on(make):
    """test_lr_scheduler_checkpoint, with the initial rate in place of PyTorch's loaded optimizer."""
    optimizer = AdamW(0.001)
    make(optimizer).step()
    assert make(0.001, last_epoch=0)(0) == optimizer.lr
    with pytest.raises(ValueError, match="what was the optimizer's initial rate"):
        make(AdamW(0.001), last_epoch=0)


@every_law
def test_a_state_is_loaded_as_it_was_saved(make):
    """test_lr_scheduler_state_dict_load."""
    first, second = make(AdamW(0.001)), make(AdamW(0.001))
    first.step()
    saved = pickle.loads(pickle.dumps(first.state_dict()))
    second.load_state_dict(saved)
    assert second.state_dict() == saved == first.state_dict()


@every_law
def test_steps_arrive_where_a_jump_arrives(make):
    """The tests of a closed form, with an epoch and at a constant epoch; test_constant_initial_lr."""
    steps, jumps = make(AdamW(0.1)), make(AdamW(0.1))
    initial = [0.01 if make is LAWS["CyclicLR"] else 0.01 / 25 if make is LAWS["OneCycleLR"] else 0.1]
    for epoch in range(10):
        for _ in range(2):
            jumps.step(epoch)
            assert jumps.get_last_lr() == pytest.approx(steps.get_last_lr(), abs=1e-15)
        assert steps.base_lrs == jumps.base_lrs == pytest.approx(initial)
        steps.step()


def test_what_a_scheduler_was_made_with_cannot_change_under_it():
    """test_constant_initial_params_cyclelr and its kin: tensors there, arrays without axes here."""
    for make in (
        lambda n: CyclicLR(0.5, n(0.1), n(0.2), base_momentum=n(0.8), max_momentum=n(0.9), gamma=n(1.0)),
        lambda n: OneCycleLR(0.5, n(0.1), 10, None, None, n(0.25), base_momentum=n(0.8), max_momentum=n(0.9)),
        lambda n: OneCycleLR(0.5, 0.1, 10, div_factor=n(25.0), final_div_factor=n(4.0)),
        lambda n: StepLR(0.5, 1, n(0.5)),
        lambda n: MultiStepLR(0.5, [1], n(0.5)),
        lambda n: ExponentialLR(n(0.5), n(0.5)),
        lambda n: ConstantLR(0.5, n(0.5), 1),
        lambda n: LinearLR(0.5, n(0.5), n(0.25)),
        lambda n: PolynomialLR(0.5, 5, n(2.0)),
        lambda n: CosineAnnealingLR(0.5, 5, n(0.25)),
        lambda n: CosineAnnealingWarmRestarts(0.5, 5, 1, n(0.25)),
    ):
        given = []
        schedule = make(lambda number, given=given: given.append(np.array(number)) or given[-1])
        rates = [schedule(t) for t in range(4)]
        for array in given:
            array *= 0.5
        assert [schedule(t) for t in range(4)] == rates == [make(float)(t) for t in range(4)]


def test_a_triangle_after_a_cosine_stays_below_its_peak():
    """test_cosine_then_cyclic, of pytorch#21965."""
    optimizer = like_torch.SGD(lr=0.5, momentum=0.5)
    cosine = CosineAnnealingLR(optimizer, T_max=20, eta_min=0.1)
    triangle = CyclicLR(optimizer, 0.1, 0.3, step_size_up=1, step_size_down=3)
    for i in range(40):
        (cosine if i <= 20 else triangle).step()
    assert optimizer.lr <= 0.3


def test_a_cosine_goes_on_where_it_was():
    """test_cos_anneal_lr_continue; and test_reduce_lr_on_plateau_get_last_lr_before_step."""
    optimizer = SGD(0.5)
    CosineAnnealingLR(optimizer, 5, 0.1).step()
    rate = optimizer.lr
    assert CosineAnnealingLR(optimizer, 5, 0.1, last_epoch=0).get_last_lr() == pytest.approx([rate])
    assert ReduceLROnPlateau(SGD(0.5)).get_last_lr() == [0.5]


def test_a_sequence_of_one_chain_is_the_chain():
    """test_nested_chained_matches_direct; a sequence in a sequence is refused here."""

    def chained(optimizer):
        return ChainedScheduler([ConstantLR(optimizer, 0.5, 2), ExponentialLR(optimizer, 0.9)], optimizer)

    first, second = SGD(0.1), SGD(0.1)
    direct, nested = chained(first), SequentialLR(second, [chained(second)], milestones=[])
    for _ in range(5):
        assert first.lr == pytest.approx(second.lr)
        direct.step()
        nested.step()
    with pytest.raises(ValueError, match="one inside another"):
        SequentialLR(second, [nested], milestones=[])
