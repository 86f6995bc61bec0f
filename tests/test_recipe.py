"""What the recipe searched in advance: whole, chosen as it says, and the same when a piece is run again."""

import numpy as np
import pytest

from d2l_utils.optimizers import Momentum, NAdam
from d2l_utils.recipe import FINAL_SEEDS, RUNGS, SPACES, judged, load_recipe, setup_of, trial
from d2l_utils.tuning import GUESS, OverSeeds, successive_halving
from d2l_utils.ward import HEALTHY, admit, train

FOUND = load_recipe()["searches"]
each_search = pytest.mark.parametrize("name", SPACES)


def test_a_trial_takes_the_same_share_of_the_way_in_every_space():
    settings = {name: trial(name, 4, draw=2) for name in SPACES}
    for key in ("lr", "decay", "rest"):
        shares = [SPACES[name][key].share(s[key]) for name, s in settings.items() if key in s]
        assert np.allclose(shares, shares[0])
    assert trial("NAdam", 4, draw=2) == settings["NAdam"] != trial("NAdam", 4, draw=3)


def test_a_setting_becomes_a_training():
    setting = {"lr": 0.2, "decay": 0.01, "rest": 0.25}
    for name, kind in (("momentum", Momentum), ("NAdam", NAdam)):
        setup = setup_of(name, setting)
        optimizer = setup.method(setup.lr_after)
        assert type(optimizer) is kind
        assert (getattr(optimizer, "beta1", None) or optimizer.momentum) == 0.75
        assert admit(setup).model.weight_decay == 0.01
    assert setup_of("momentum 0.9", {"lr": 0.2, "decay": 0.0}).method(0.2).momentum == 0.9


def test_a_judge_knows_no_penalty_and_nothing_worse_than_guessing():
    run = train(setup_of("momentum", {"lr": 0.1, "decay": 0.1, "rest": 0.1}), curves=False)
    x, t = admit(HEALTHY).validation
    with_penalty = run.model.loss(x, t)
    loss, wrong = judged(run)
    assert run.model.loss(x, t) == with_penalty  # the run is as it was
    run.model.weight_decay = 0.0
    assert loss == run.model.loss(x, t) < with_penalty - 0.1
    assert wrong == np.sum(run.model.predict(x) != t)
    lost = train(setup_of("momentum", {"lr": 1e200, "decay": 0.0}), curves=False)
    assert judged(lost)[0] == GUESS


@each_search
def test_three_draws_are_whole_and_chosen_as_the_rungs_say(name):
    assert len(FOUND[name]) == 3
    for search in FOUND[name]:
        scores = search["scores"]
        known = [OverSeeds(k, lambda k, seed, scores=scores: scores[k][seed]) for k in range(RUNGS[0][0])]
        assert successive_halving(known, RUNGS).best.setting == search["halved"]["trial"]
        assert [len(each) for each in scores] == [len(each.scores) for each in known]
        assert int(np.argmin([each[0] for each in scores])) == search["one seed"]["trial"]
        for way in ("halved", "one seed"):
            assert len(search[way]["loss"]) == len(search[way]["wrong"]) == len(FINAL_SEEDS)


@each_search
def test_a_piece_of_it_again(name):
    search = FOUND[name][2]
    number = search["halved"]["trial"]
    setup = setup_of(name, trial(name, number, draw=2))
    assert judged(train(setup, 1, curves=False))[0] == pytest.approx(search["scores"][number][1], abs=1e-4)
    loss, wrong = judged(train(setup, FINAL_SEEDS[2], curves=False))
    assert loss == pytest.approx(search["halved"]["loss"][2], abs=1e-4)
    assert wrong == search["halved"]["wrong"][2]
