"""A checkpoint is whole or is not there, and a training goes on from it as if nothing had happened."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from d2l_utils import SGD, AdaGrad, Adam, Momentum, Muon, ScheduleFreeSGD, Split
from d2l_utils import checkpoints as module
from d2l_utils.checkpoints import load_checkpoint, save_checkpoint
from d2l_utils.data import load_digits
from d2l_utils.models import TwoLayerNet
from d2l_utils.optimizers.saved import Saved

X, T = (part[:256] for part in load_digits()[0])
KINDS = [
    lambda: Momentum(lr=0.1),
    lambda: Adam(lr=lambda t: 0.01 / (1 + t)),
    lambda: ScheduleFreeSGD(lr=0.1),
    lambda: Split(Muon(lr=0.01), Adam(lr=0.01)),
]


def steps(model, optimizer, rng, number):
    for _ in range(number):
        pick = rng.integers(len(X), size=32)
        optimizer.update(model.params, model.gradient(X[pick], T[pick]))


def fresh(seed=0):
    return TwoLayerNet(64, 8, 10, rng=np.random.default_rng(seed))


def saved(path, **extra):
    model, optimizer, rng = fresh(), Momentum(lr=0.1), np.random.default_rng(1)
    steps(model, optimizer, rng, 3)
    save_checkpoint(path, model.params, optimizer, rng, **extra)
    return model, optimizer, rng


@pytest.mark.parametrize("make", KINDS)
def test_a_training_goes_on_bit_for_bit(tmp_path, make):
    model, optimizer, rng = fresh(), make(), np.random.default_rng(1)
    steps(model, optimizer, rng, 7)
    path = save_checkpoint(tmp_path / "run.npz", model.params, optimizer, rng, epoch=2, seen=np.arange(3))
    steps(model, optimizer, rng, 5)
    other, again, dice = fresh(9), make(), np.random.default_rng(9)
    extra = load_checkpoint(path).restore(other.params, again, dice)
    steps(other, again, dice, 5)
    assert all(np.array_equal(p, other.params[key]) for key, p in model.params.items())
    assert rng.random() == dice.random()
    assert extra["epoch"] == 2
    assert extra["seen"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("left_out", ["optimizer", "rng"])
def test_without_a_part_it_goes_elsewhere(tmp_path, left_out):
    model, optimizer, rng = saved(tmp_path / "run.npz")
    found = load_checkpoint(tmp_path / "run.npz")
    other, again, dice = fresh(9), Momentum(lr=0.1), np.random.default_rng(9)
    found.restore(other.params, again, None if left_out == "rng" else dice)
    if left_out == "optimizer":
        again = Momentum(lr=0.1)
    steps(model, optimizer, rng, 5)
    steps(other, again, dice, 5)
    assert not np.allclose(model.params["W1"], other.params["W1"], atol=1e-4)


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_every_kind_of_generator_goes_on(tmp_path, kind):
    rng, other = np.random.Generator(kind(3)), np.random.Generator(kind(4))
    rng.normal(size=5)
    params = {"w": np.ones(2)}
    path = save_checkpoint(tmp_path / "run.npz", params, SGD(0.1), rng)
    load_checkpoint(path).restore(params, SGD(0.1), other)
    assert rng.normal(size=9).tolist() == other.normal(size=9).tolist()


def test_dtypes_shapes_and_what_is_not_finite_come_back(tmp_path):
    params = {"a/b": np.float32([[1, np.nan]]), "_json": np.float16([np.inf]), "": np.zeros((0, 2))}
    found = load_checkpoint(save_checkpoint(tmp_path / "run.npz", params, SGD(0.1))).params
    assert list(found) == list(params)
    for key, p in params.items():
        assert (found[key].dtype, found[key].shape) == (p.dtype, p.shape)
        assert np.array_equal(found[key], p, equal_nan=True)


def test_a_file_that_is_cut_off_anywhere_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    saved(path)
    whole = path.read_bytes()
    for length in {0, 1, 100, len(whole) // 2, len(whole) - 1}:
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"run.npz is no checkpoint, or not a whole one"):
            load_checkpoint(path)


def test_a_changed_byte_is_noticed_or_changes_nothing(tmp_path):
    path, rng = tmp_path / "run.npz", np.random.default_rng(0)
    model, *_ = saved(path)
    whole, noticed = path.read_bytes(), 0
    for place in rng.integers(len(whole), size=200):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            found = load_checkpoint(path)
        except ValueError:
            noticed += 1
        else:
            assert all(np.array_equal(p, found.params[key]) for key, p in model.params.items())
    assert noticed > 150


def test_another_format_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FORMAT", 2)
    saved(tmp_path / "run.npz")
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"run.npz is a checkpoint of format 2; this version reads 1"):
        load_checkpoint(tmp_path / "run.npz")


@pytest.mark.parametrize("write", [lambda p: np.savez(p, a=np.ones(2)), lambda p: p.write_text("{}")])
def test_what_is_no_checkpoint_is_refused(tmp_path, write):
    write(tmp_path / "other.npz")
    with pytest.raises(ValueError, match=r"other\.npz is no checkpoint"):
        load_checkpoint(tmp_path / "other.npz")


def test_a_missing_file_is_called_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "none.npz")


def test_nothing_in_a_file_is_run(tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "sprung"),)

    text = json.dumps({"format": module.FORMAT, "content": {}})
    np.savez(tmp_path / "run.npz", _json=np.array(text), array0=np.array([Trap()], dtype=object))
    with pytest.raises(ValueError, match="no checkpoint"):
        load_checkpoint(tmp_path / "run.npz")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("extra", [{"model": object()}, {"list": np.array([None])}])
def test_what_cannot_be_written_leaves_the_old_file(tmp_path, extra):
    path = tmp_path / "run.npz"
    saved(path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        saved(path, **extra)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["run.npz"]


def test_lists_of_arrays_and_numpy_s_numbers_come_back(tmp_path):
    path = tmp_path / "run.npz"
    saved(
        path,
        seen=[np.arange(2), {"last": np.ones(1)}],
        step=np.int64(3),
        loss=np.float32(0.5),
        on=np.bool_(1),
    )
    extra = load_checkpoint(path).extra
    assert extra["seen"][0].tolist() == [0, 1]
    assert extra["seen"][1]["last"].tolist() == [1]
    assert (extra["step"], extra["loss"], extra["on"]) == (3, 0.5, True)


@pytest.mark.parametrize(
    "extra",
    [
        {"by": {1: 2}},
        {"pair": (1, 2)},
        {"_array": "x"},
        {"in": {"_array": "x"}},
        {"masked": np.ma.array([1.0, 2.0], mask=[False, True])},
        {"list": [np.ma.array([1], mask=[True])]},
        {"long": np.longdouble(1) / 3},
        {"complex": 1j},
        {"set": {1, 2}},
        {"day": np.datetime64("2020-01-01")},
    ],
    ids=str,
)
def test_what_would_come_back_otherwise_is_refused(tmp_path, extra):
    with pytest.raises(TypeError, match="a checkpoint"):
        saved(tmp_path / "run.npz", **extra)
    assert os.listdir(tmp_path) == []


def test_the_file_is_on_the_disk_before_it_is_renamed_and_the_folder_after(tmp_path, monkeypatch):
    done, fsync, replace = [], os.fsync, os.replace

    def forced(handle):
        done.append("folder" if os.path.samestat(os.fstat(handle), os.stat(tmp_path)) else "file")
        fsync(handle)

    def renamed(old, new):
        done.append("rename")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", forced)
    monkeypatch.setattr(os, "replace", renamed)
    saved(tmp_path / "run.npz")
    assert done == ["file", "rename", *["folder"] * hasattr(os, "O_DIRECTORY")]


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_an_error_while_writing_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, error):
    path = tmp_path / "run.npz"
    saved(path)
    before = path.read_bytes()

    def fail(file, **arrays):
        file.write(b"half of it")
        raise error

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(type(error)):
        saved(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["run.npz"]


def test_what_does_not_fit_is_refused_and_nothing_changes(tmp_path):
    saved(tmp_path / "run.npz")
    found = load_checkpoint(tmp_path / "run.npz")
    other, rng = fresh(9), np.random.default_rng(9)
    before = {key: p.copy() for key, p in other.params.items()}
    with pytest.raises(ValueError, match=r"the checkpoint's parameters are W1 \(64, 8\).*; got none"):
        found.restore({}, Momentum(lr=0.1), rng)
    with pytest.raises(ValueError, match="parameters are"):
        found.restore({key: p.astype(np.float32) for key, p in before.items()}, Momentum(lr=0.1), rng)
    with pytest.raises(ValueError, match="the saved state of 'W1' has"):
        found.restore(other.params, AdaGrad(lr=0.1), rng)
    with pytest.raises(ValueError, match="random generator is PCG64; got MT19937"):
        found.restore(other.params, Momentum(lr=0.1), np.random.Generator(np.random.MT19937(0)))
    assert all(np.array_equal(p, before[key]) for key, p in other.params.items())
    assert rng.random() == np.random.default_rng(9).random()


def test_an_optimizer_s_state_is_what_it_saved(tmp_path):
    _, optimizer, _ = saved(tmp_path / "run.npz")
    found = load_checkpoint(tmp_path / "run.npz").optimizer
    state = optimizer.state_dict()
    assert isinstance(state, Saved)
    assert (found["t"], found["method"]) == (state["t"], state["method"])
    assert np.array_equal(found["state"]["W1"]["v"], state["state"]["W1"]["v"])


WRITER = """
import sys
import numpy as np
from d2l_utils import Momentum
from d2l_utils.checkpoints import save_checkpoint
params, optimizer = {"w": np.zeros(300_000)}, Momentum(lr=0.1)
for number in range(1, 100_000):
    params["w"][:] = number
    save_checkpoint(sys.argv[1], params, optimizer, number=number)
    print(number, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_program_that_is_killed_leaves_a_whole_file(tmp_path):
    path, rng = tmp_path / "run.npz", np.random.default_rng(0)
    for _ in range(4):
        command = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
            told = int(program.stdout.readline())
            time.sleep(0.03 * rng.random())
            program.kill()
            told = max([told, *map(int, program.stdout.read().split())])
        found = load_checkpoint(path)
        assert told <= found.extra["number"] <= told + 1
        assert np.all(found.params["w"] == found.extra["number"])


KILLED_BETWEEN = """
import os, signal, sys
import numpy as np
from d2l_utils import SGD
from d2l_utils.checkpoints import save_checkpoint
save_checkpoint(sys.argv[1], {"w": np.zeros(3)}, SGD(0.1), number=1)
os.replace = lambda *paths: os.kill(os.getpid(), signal.SIGKILL)
save_checkpoint(sys.argv[1], {"w": np.ones(3)}, SGD(0.1), number=2)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_kill_between_write_and_rename_leaves_the_old_file(tmp_path):
    path = tmp_path / "run.npz"
    done = subprocess.run([sys.executable, "-c", KILLED_BETWEEN, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert load_checkpoint(path).extra == {"number": 1}
    assert len(os.listdir(tmp_path)) == 2  # the new one is there, whole, under its other name


W = {"w": np.array([1.0, 2.0]), "b": np.array([3.0])}


@pytest.mark.parametrize(
    ("params", "told"),
    [
        (np.array([[1.0, 2.0], [3.0, 4.0]]), "must be a dict of names and arrays.*got ndarray"),
        (np.array([1.0, 2.0]), "must be a dict of names and arrays.*got ndarray"),
        ({"w": [1.0, 2.0]}, r"params\['w'\] must be an ndarray of floating point; got list"),
        ({"w": np.array([1, 2])}, r"params\['w'\] must be an ndarray of floating point; got int64"),
        ({"w": np.ma.array([1.0, 2.0], mask=[0, 1])}, r"params\['w'\] is a masked array"),
        ({0: np.ones(2)}, "names in a checkpoint are texts, as in JSON; got 0, so write '0'"),
        ({1: np.ones(2), "1": np.zeros(2)}, "got 1, so write '1'"),
        ({"_array": np.ones(2)}, "'_array' is what a checkpoint calls its own arrays"),
    ],
)
def test_parameters_that_would_not_come_back_are_not_written(tmp_path, params, told):
    with pytest.raises(TypeError, match=told):
        save_checkpoint(tmp_path / "run.npz", params, SGD())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "extra",
    [{"losses": {1: 0.5, 2: 0.25}}, {"best": {"_array": "w"}}, {"runs": [{3: 0.5}]}, {"x": {None: 1}}],
)
def test_names_that_would_come_back_as_others_are_not_written(tmp_path, extra):
    with pytest.raises(TypeError, match=r"names in a checkpoint|'_array' is what"):
        save_checkpoint(tmp_path / "run.npz", W, SGD(), **extra)
    assert not list(tmp_path.iterdir())


def test_lists_of_arrays_come_back(tmp_path):
    kept = [np.arange(2), {"best": np.ones(3)}]
    found = load_checkpoint(save_checkpoint(tmp_path / "run.npz", W, SGD(), kept=kept)).extra["kept"]
    assert found[0].tolist() == [0, 1]
    assert found[1]["best"].tolist() == [1.0, 1.0, 1.0]


def test_nothing_is_restored_where_one_parameter_is_read_only(tmp_path):
    optimizer = Adam(lr=0.1)
    optimizer.update({key: w.copy() for key, w in W.items()}, W)
    checkpoint = load_checkpoint(save_checkpoint(tmp_path / "run.npz", W, optimizer))
    params, other = {key: np.zeros_like(w) for key, w in W.items()}, Adam(lr=0.1)
    params["b"].flags.writeable = False
    with pytest.raises(ValueError, match="read-only are b"):
        checkpoint.restore(params, other)
    assert not params["w"].any()
    assert other.t == 0
    with pytest.raises(TypeError, match=r"params\['w'\] must be an ndarray"):
        checkpoint.restore({"w": [0.0, 0.0], "b": np.zeros(1)}, other)
