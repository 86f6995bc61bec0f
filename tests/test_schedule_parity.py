"""Our schedules under the frameworks' names say what theirs said, step by step, and move what they moved."""

import json

import numpy as np
import pytest

from d2l_utils import SGD
from d2l_utils.frameworks import like_mxnet_schedules
from d2l_utils.frameworks import like_torch_schedules as torch
from d2l_utils.schedules.stepping import Stepper, momentum_of
from tests.schedules import __main__ as parity
from tests.schedules import asked
from tests.schedules.cases import CASES, ONE, PATHS, PLATEAU, STEPS

RECORDED = parity.read()
NAMES = [(framework, name) for framework, cases in CASES.items() for name in cases]


@pytest.mark.parametrize(("framework", "name"), NAMES, ids=map(", ".join, NAMES))
def test_recorded_rates(framework, name):
    found = asked.ours(framework, CASES[framework][name])
    assert parity.near(found, RECORDED[framework]["rates"][name])


@pytest.mark.parametrize("framework", CASES)
def test_arguments_are_the_frameworks_own(framework):
    ours = asked.signatures(framework, asked.OURS[framework])
    assert json.loads(json.dumps(ours)) == RECORDED[framework]["signatures"]


@pytest.mark.parametrize("name", PLATEAU)
def test_recorded_reductions_on_a_plateau(name):
    assert parity.near(asked.plateau_ours(name), RECORDED["torch"]["plateau"][name])


@pytest.mark.parametrize("name", PATHS)
def test_recorded_paths_of_a_cycle_that_moves_the_momentum(name):
    expected = RECORDED["torch"]["paths"][name]
    optimizer = asked.our_optimizer(name)
    scheduler = torch.OneCycleLR(optimizer, **ONE)
    assert parity.near(asked.walk(optimizer, after=scheduler.step), expected)
    # the same by hand: the schedule as lr, its momentum set before each update
    optimizer, cycle = asked.our_optimizer(name), torch.OneCycleLR(None, **ONE)
    optimizer.lr = cycle
    inside, attribute = momentum_of(optimizer)
    by_hand = asked.walk(optimizer, before=lambda t: setattr(inside, attribute, cycle.momentum(t)))
    assert parity.near(by_hand, expected)
    # and it is the momentum that matters
    assert not parity.near(asked.walk(asked.our_optimizer(name)), expected, rtol=1e-3)


def test_mxnet_asks_for_the_same_rate_in_the_same_update():
    expected = RECORDED["mxnet"]["paths"]["SGD"]
    schedule = CASES["mxnet"]["CosineScheduler, warm-up"](like_mxnet_schedules)
    w, optimizer, points = np.zeros(1), SGD(schedule), []
    for _ in range(STEPS):
        optimizer.update(w, np.ones(1))
        points.append(float(w[0]))
    assert parity.near(points, expected, rtol=1e-6)
    late = np.cumsum([-schedule(t + 1) for t in range(STEPS)])
    assert not parity.near(late, expected, rtol=1e-2)


def test_the_tables_are_complete():
    for framework, cases in CASES.items():
        used = {name.split(",")[0] for name in cases} | {"ReduceLROnPlateau"}
        assert set(asked.OURS[framework].__all__) <= used
        assert cases.keys() == RECORDED[framework]["rates"].keys()
    assert RECORDED["torch"]["plateau"].keys() == PLATEAU.keys()
    assert RECORDED["torch"]["paths"].keys() == PATHS.keys()


def test_the_comparison_sees_a_step_too_late_a_wrong_default_and_a_missing_framework(monkeypatch, capsys):
    def late(framework, make):
        return np.roll(original(framework, make), 1, axis=0)

    original, entry = asked.ours, RECORDED["keras"]
    assert parity.wrong("keras", entry) == []
    monkeypatch.setattr(asked, "ours", late)
    assert set(parity.wrong("keras", entry)) == set(CASES["keras"])
    monkeypatch.setattr(asked, "ours", original)
    changed = {**entry["signatures"], "CosineDecay": entry["signatures"]["CosineDecay"][:-1]}
    assert parity.wrong("keras", entry | {"signatures": changed}) == ["signature of CosineDecay"]

    def absent(framework):
        raise ImportError("not here")

    monkeypatch.setattr(parity, "live", absent)
    assert parity.main([]) == 1
    assert "FAILED torch is missing: not here" in capsys.readouterr().out


def test_a_schedule_from_the_rate_is_the_one_that_steps():
    for make in (
        lambda o: torch.StepLR(o, 3, 0.5),
        lambda o: torch.SequentialLR(o, [torch.LinearLR(o), torch.ExponentialLR(o, 0.9)], [5]),
        lambda o: torch.ChainedScheduler([torch.LinearLR(o), torch.ExponentialLR(o, 0.9)], o),
    ):
        pure, optimizer = make(0.5), SGD(0.5)
        scheduler = make(optimizer)
        assert isinstance(scheduler, Stepper)
        for t in range(12):
            assert optimizer.lr == pure(t)
            assert scheduler.get_last_lr() == [pure(t)]
            assert scheduler.last_epoch == t
            scheduler.step()
