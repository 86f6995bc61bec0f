"""Old paths of the presets go on working for one release, and say where they have gone."""

import importlib
import sys

import pytest

from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch


@pytest.mark.parametrize("preset", [like_keras, like_mxnet, like_optax, like_torch])
def test_an_old_path_gives_the_module_itself_and_warns(preset, monkeypatch):
    old = preset.__name__.replace(".frameworks", "")
    monkeypatch.delitem(sys.modules, old, raising=False)
    with pytest.warns(DeprecationWarning, match=f"{old} has moved; import {preset.__name__}"):
        assert importlib.import_module(old) is preset
