"""The stored races are whole, follow from their runs, and come out again."""

import numpy as np
import pytest

from d2l_utils import racing
from d2l_utils.racing.methods import METHODS


def test_the_stored_race_is_whole():
    stored = racing.load_race()
    plan = racing.Plan(**stored["plan"])
    assert plan == racing.Plan()
    assert list(stored["workloads"]) == list(racing.NAMES)
    for space in ("usual", "hard"):
        tuned = racing.table(stored, space, "tuned")
        assert tuned.keys() == METHODS.keys()
        for method in METHODS:
            assert tuned[method].shape == (plan.draws, 8, plan.trials)
    assert all(each.shape == (plan.draws, 8, plan.finals) for each in racing.table(stored).values())
    assert set(racing.table(stored, "long")) == {"Adam", "NAdam"}
    assert 100 < stored["seconds"] < 3000
    assert stored["runs"] > 12000


def test_the_race_was_asked_again_on_trials_that_it_has_not():
    again, plan = racing.load_race("race_again"), racing.Plan()
    assert list(again["workloads"]) == list(racing.NAMES)
    assert not set(again["draws"]) & set(range(plan.draws))
    entries = {("long", "Adam"), ("long", "NAdam"), ("halved", "Adam"), ("ahead", "NAdam")}
    assert {(s, m) for s in ("long", "halved", "ahead") for m in racing.table(again, s, "tuned")} == entries
    for space, method in entries:
        tuned, trials = (racing.table(again, space, what)[method] for what in ("tuned", "trial"))
        assert tuned.shape == (len(again["draws"]), 8, plan.trials)
        assert (trials // 1000 == np.array(again["draws"])[:, None]).all()
    with pytest.raises(ValueError, match="name must be 'race' or 'race_again'"):
        racing.load_race("races")


@pytest.mark.parametrize(
    ("name", "method", "space"), [("quadratic", "Adam", "halved"), ("digits", "NAdam", "ahead")]
)
def test_a_piece_of_the_second_asking_comes_out_again(name, method, space):
    again, plan, task = racing.load_race("race_again"), racing.Plan(), racing.workload(name)
    found = again["workloads"][name][space][method][0]
    trial = found["trial"]
    losses = racing.run(racing.Run(name, method, space, trial, plan.tuning_seed(trial)))
    target = racing.load_race()["workloads"][name]["targets"]["target"]
    kept = found["tuned"][plan.numbers(again["draws"][0]).index(trial)]
    steps = racing.steps_to_target(losses, target, task.every)
    assert steps == pytest.approx(np.inf if kept is None else kept, abs=2 * task.every)


@pytest.mark.parametrize(
    ("name", "method", "draw"),
    [("quadratic", "Adam", 0), ("digits", "Nesterov", 2), ("rare classes", "NAdam", 1)],
)
def test_a_piece_of_the_stored_race_comes_out_again(name, method, draw):
    stored, plan = racing.load_race(), racing.Plan()
    kept, every = stored["workloads"][name], racing.workload(name).every
    found = kept["usual"][method][draw]
    trial, target = found["trial"], kept["targets"]["target"]
    for seed, steps in list(zip(plan.final_seeds(draw), found["steps"], strict=True))[:2]:
        losses = racing.run(racing.Run(name, method, "usual", trial, seed))
        again = racing.steps_to_target(losses, target, every)
        assert again == pytest.approx(np.inf if steps is None else steps, abs=2 * every)
    losses = racing.run(racing.Run(name, method, "usual", trial, plan.tuning_seed(trial)))
    at = plan.numbers(draw).index(trial)
    assert float(losses[-1]) == pytest.approx(found["ends"][at], rel=0.05)
    assert racing.steps_to_target(losses, target, every) == pytest.approx(found["tuned"][at], abs=2 * every)


def test_the_targets_follow_from_the_field_and_the_winners_from_the_trials():
    for each in racing.load_race()["workloads"].values():
        reached = each["targets"]
        field = sorted(reached[method] for method in METHODS)
        assert (reached["target"], reached["hard"]) == (field[5], field[2])
        assert all(float(np.float16(loss)) == loss for loss in field)  # to the last bit
        for draws in each["usual"].values():
            for draw, found in enumerate(draws):
                times = [np.inf if steps is None else steps for steps in found["tuned"]]
                ends = [np.inf if end is None else end for end in found["ends"]]
                best = min(range(racing.Plan().trials), key=lambda i: (times[i], ends[i]))
                assert found["trial"] == 1000 * draw + best
