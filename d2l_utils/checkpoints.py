"""Checkpoints: everything that a training needs to go on as if nothing had happened, in one file.

A file is written whole or not at all, and read without running anything that stands in it.
"""

from __future__ import annotations

import io
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.optimizers import Optimizer, Split

__all__ = ["FORMAT", "Checkpoint", "load_checkpoint", "save_checkpoint"]

FORMAT = 1  # of the files; a file of another is refused


@dataclass(frozen=True)
class Checkpoint:
    """What a file holds.

    Attributes
    ----------
    params : dict of str to ndarray
        The parameters.
    optimizer : dict
        What the optimizer's ``state_dict`` returned: the updates made and its state.
    rng : dict or None
        State of the random generator.
    extra : dict
        What was saved besides.
    """

    params: dict[str, np.ndarray]
    optimizer: dict[str, Any]
    rng: dict[str, Any] | None
    extra: dict[str, Any]

    def restore(
        self,
        params: Mapping[str, np.ndarray],
        optimizer: Optimizer | Split,
        rng: np.random.Generator | None = None,
    ) -> dict[str, Any]:
        """Put everything back in place, and return what was saved besides.

        Parameters
        ----------
        params : dict of str to ndarray
            Arrays of the same names, shapes and dtypes; they are filled.
        optimizer : Optimizer or Split
            Of the kind that was saved, with its settings; a schedule goes on from the updates made.
        rng : numpy.random.Generator, optional
            Of the kind that was saved.

        Raises
        ------
        ValueError
            If something does not fit. The parameters and the generator are then as they were.
        """
        _check(params)
        ours = {key: (p.shape, p.dtype) for key, p in params.items()}
        saved = {key: (p.shape, p.dtype) for key, p in self.params.items()}
        if ours != saved:
            raise ValueError(f"the checkpoint's parameters are {_listed(saved)}; got {_listed(ours)}")
        if read_only := [key for key, p in params.items() if not p.flags.writeable]:
            raise ValueError(f"the parameters are filled; read-only are {', '.join(read_only)}")
        if rng is not None:
            kind = checks.generator(rng).bit_generator.state["bit_generator"]
            found = None if self.rng is None else self.rng["bit_generator"]
            if kind != found:
                raise ValueError(f"the checkpoint's random generator is {found}; got {kind}")
        optimizer.load_state_dict(self.optimizer)
        for key, p in params.items():
            p[...] = self.params[key]
        if rng is not None:
            rng.bit_generator.state = self.rng or {}
        return dict(self.extra)


def save_checkpoint(
    path: str | os.PathLike[str],
    params: Mapping[str, np.ndarray],
    optimizer: Optimizer | Split,
    rng: np.random.Generator | None = None,
    **extra: Any,
) -> Path:
    """Write a training's state to a file, whole or not at all.

    It is written beside ``path`` under another name, forced to the disk, and renamed. Whoever reads ``path``,
    at whatever moment the program or the machine stops, finds the old file or the new one.

    Parameters
    ----------
    path : path
        Where to; an older file there is replaced.
    params : dict of str to ndarray
        The parameters, of floating point; a single array needs a name here, ``{"w": w}``.
    optimizer : Optimizer or Split
        Its state is saved, its settings are not.
    rng : numpy.random.Generator, optional
        Its state is saved.
    **extra
        What else is to be kept: arrays, numbers, texts, and lists and dicts of these. The names in a dict are
        texts, as in JSON, and not ``"_array"``.

    Returns
    -------
    Path
        Where it is.

    Raises
    ------
    TypeError
        If something can not be written; nothing has changed then.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from d2l_utils import Momentum
    >>> params, optimizer = {"w": np.array([1.0, 2.0])}, Momentum(lr=0.1)
    >>> optimizer.update(params, {"w": np.array([1.0, -1.0])})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_checkpoint(Path(folder) / "run.npz", params, optimizer, epoch=3)
    ...     found = load_checkpoint(path)
    >>> found.params["w"], found.optimizer["t"], found.extra
    (array([0.9, 2.1]), 1, {'epoch': 3})
    """
    path = Path(path)
    _check(params)
    arrays: dict[str, np.ndarray] = {}
    content = {
        "params": _taken_out(dict(params), arrays),
        "optimizer": _taken_out(optimizer.state_dict(), arrays),
        "rng": None if rng is None else _taken_out(checks.generator(rng).bit_generator.state, arrays),
        "extra": _taken_out(extra, arrays),
    }
    text = json.dumps({"format": FORMAT, "content": content})
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            np.savez(file, _json=np.array(text), **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:  # a keyboard's interrupt, too
        part.unlink(missing_ok=True)
        raise
    _forced(path.parent)
    return path


def load_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """Read a file that `save_checkpoint` wrote.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is cut off, damaged, of another format, or no checkpoint at all.
    """
    path = Path(path)
    whole = io.BytesIO(path.read_bytes())
    try:
        with np.load(whole, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        found = json.loads(str(arrays.pop("_json")))
        number = found["format"]
    except Exception as error:  # damaged bytes may raise anything in zipfile, zlib and struct
        raise ValueError(f"{path.name} is no checkpoint, or not a whole one ({error})") from error
    if number != FORMAT:
        raise ValueError(f"{path.name} is a checkpoint of format {number}; this version reads {FORMAT}")
    try:
        content = _put_back(found["content"], arrays)
        return Checkpoint(content["params"], content["optimizer"], content["rng"], content["extra"])
    except KeyError as error:
        raise ValueError(f"{path.name} is no checkpoint, or not a whole one: {error} is missing") from error


def _check(params: Any) -> None:
    """Raise a TypeError if these are not named arrays of floating point."""
    if not isinstance(params, Mapping):
        given = type(params).__name__
        raise TypeError(f"params must be a dict of names and arrays, such as {{'w': w}}; got {given}")
    for key, p in params.items():
        if not isinstance(p, np.ndarray) or p.dtype.kind != "f":
            kind = p.dtype if isinstance(p, np.ndarray) else type(p).__name__
            raise TypeError(f"params[{key!r}] must be an ndarray of floating point; got {kind}")
        if isinstance(p, np.ma.MaskedArray):
            raise TypeError(f"params[{key!r}] is a masked array, whose mask would be lost")


def _check_name(name: Any) -> None:
    """Raise a TypeError for a name that would not be read back as it is."""
    if not isinstance(name, str):
        raise TypeError(f"names in a checkpoint are texts, as in JSON; got {name!r}, so write {str(name)!r}")
    if name == "_array":
        raise TypeError("'_array' is what a checkpoint calls its own arrays; take another name")


def _taken_out(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """Return ``value`` as JSON has it; each array goes to ``arrays`` and leaves its name."""
    if isinstance(value, Mapping):
        for key in value:
            _check_name(key)
        return {key: _taken_out(each, arrays) for key, each in value.items()}
    if isinstance(value, list):
        return [_taken_out(each, arrays) for each in value]
    if isinstance(value, tuple):
        raise TypeError(f"a checkpoint holds lists, and would make one of a tuple; got {value!r}")
    if isinstance(value, np.generic) and not isinstance(number := value.item(), np.generic):
        return _taken_out(number, arrays)
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError(f"a checkpoint holds arrays of numbers; got one of dtype {value.dtype}")
        if isinstance(value, np.ma.MaskedArray):
            raise TypeError(
                "a checkpoint holds no mask, and would lose that of a masked array; give it apart"
            )
        name = f"array{len(arrays)}"
        arrays[name] = value
        return {"_array": name}
    if not (value is None or isinstance(value, bool | int | float | str)):
        raise TypeError(
            "a checkpoint holds arrays, numbers, texts, and lists and dicts of these; "
            f"got {value!r} of type {type(value).__name__}"
        )
    return value


def _put_back(value: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"_array"}:
            return arrays[value["_array"]]
        return {key: _put_back(each, arrays) for key, each in value.items()}
    return [_put_back(each, arrays) for each in value] if isinstance(value, list) else value


def _forced(folder: Path) -> None:
    """Force a rename to the disk, where the system can open a folder."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _listed(shapes: Mapping[str, tuple[tuple[int, ...], np.dtype[Any]]]) -> str:
    return ", ".join(f"{key} {shape} {dtype}" for key, (shape, dtype) in shapes.items()) or "none"
