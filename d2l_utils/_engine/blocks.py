"""How a rule is applied to an array: in blocks, with room to work in.

Large arrays are walked in blocks that fit the cache, so that an update needs two or three blocks beside the
state whatever their size. It needs four where a reader's rule is called as it is (five with NumPy 2), and at
most eight where layouts differ or a setting is swept. A rule's numbers are spread over a block as arrays
without strides, because NumPy takes longer to find out what a number is than to read a hundred of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from d2l_utils._engine.programs import Program

__all__ = ["BLOCK_BYTES", "MOST_BYTES", "Kernel", "room_for"]

BLOCK_BYTES = 2**20  # of one array; smaller blocks cost more calls than the cache saves
MOST_BYTES = 8 * BLOCK_BYTES


def room_for(program: Program, size: int, dtype: np.dtype) -> list[np.ndarray]:
    """Return the temporaries of a program for arrays of ``size`` elements or fewer.

    Each is an array of its own: NumPy takes rows of one array, where one ends as the next begins, for arrays
    that overlap, and computes with them an element at a time.
    """
    # glibc returns a freed block to the system, and asks for it anew, until it once got back a larger one.
    # For a rule that is called as it is, that would cost more than the arithmetic.
    np.empty(MOST_BYTES, np.uint8)
    size = min(size, BLOCK_BYTES // dtype.itemsize)
    return [np.empty(size, dtype) for _ in range(program.num_temporaries)]


class Kernel:
    """A rule with a parameter and its state.

    Parameters
    ----------
    program : Program
        The rule's.
    p : ndarray
        The parameter, which is changed.
    slots : tuple of ndarray
        Its state, of the same shape, which is changed.
    room : list of ndarray
        From `room_for`; kernels that are called in turn may share it.
    swept : bool
        Whether some of the settings are arrays, which sweep the last axes of the parameter.
    dtype, g_dtype : dtype, optional
        In which the state is kept and the rule computed, and that of gradients; by default the parameter's.
    """

    def __init__(
        self,
        program: Program,
        p: np.ndarray,
        slots: tuple[np.ndarray, ...],
        room: list[np.ndarray],
        swept: bool,
        dtype: np.dtype | None = None,
        g_dtype: np.dtype | None = None,
    ) -> None:
        self.dtype = dtype = p.dtype if dtype is None else dtype
        self.is_cast = not p.dtype == dtype == (dtype if g_dtype is None else g_dtype)
        self.program, self.p, self.slots = program, p, slots
        self.room = room[: program.num_temporaries]
        self.settings: tuple[Any, ...] | None = None
        self.zeros: Sequence[bool] = ()
        # The rule's numbers; swept ones are arrays already.
        self.cells = np.empty(0 if swept else program.num_numbers, dtype)
        self.numbers: Any = [self.cells[i, ...] for i in range(len(self.cells))]
        # What a block needs besides its part of the parameter, the gradient and the state.
        length = min(p.size, BLOCK_BYTES // dtype.itemsize)
        self.room_and_numbers = [array[:length] for array in self.room]
        self.room_and_numbers += [np.broadcast_to(number, length) for number in self.numbers]
        self.flat = [array.reshape(-1) for array in (p, *slots) if array.flags.c_contiguous]
        self.is_flat = bool(self.numbers) and len(self.flat) == 1 + len(slots) and not self.is_cast
        self.run, self.first = program.run, self.flat[0] if self.is_flat else p
        self.is_odd = not self.cells.size  # has settings that are arrays, or a rule that takes its own
        self.all_at_once = (*self.flat[1:], *self.room_and_numbers) if length == p.size else ()

    def __call__(self, g: np.ndarray, settings: tuple[Any, ...]) -> None:
        """Change the parameter and its state, by a gradient and what the rule takes after its state."""
        if self.is_odd:
            self.numbers, self.zeros = self.program.numbers(*settings)
            if self.program.num_numbers:  # swept
                self.numbers = [_in_dtype(number, self.dtype) for number in self.numbers]
        elif settings is not self.settings:
            self.cells[:], self.zeros = self.program.numbers(*settings)
            self.settings = settings
        if g.__class__ is not ndarray:
            g = g.view(ndarray)
        if self.is_flat and g.flags.c_contiguous:
            g = g if g.ndim == 1 else g.reshape(-1)
            if self.all_at_once:
                self.run(self.first, g, *self.all_at_once, *self.zeros)
            else:
                self._in_slices(g)
        elif self.is_cast or self.p.nbytes > BLOCK_BYTES:
            self._in_blocks(g)
        else:
            order: Any = "F" if self.p.flags.fnc else "C"
            room = [array[: g.size].reshape(g.shape, order=order) for array in self.room]
            self.program.run(self.p, g, *self.slots, *room, *self.numbers, *self.zeros)

    def _in_slices(self, g: np.ndarray) -> None:
        """Walk arrays whose elements lie in a row."""
        length = len(self.room_and_numbers[0])
        for start in range(0, g.size, length):
            p, *slots = (array[start : start + length] for array in self.flat)
            rest = [array[: len(p)] for array in self.room_and_numbers]
            self.program.run(p, g[start : start + length], *slots, *rest, *self.zeros)

    def _in_blocks(self, g: np.ndarray) -> None:
        """Walk flat blocks: views where layout and dtype allow it, else copies that are written back."""
        arrays, values = (self.p, g, *self.slots), list(self.numbers)
        swept = [i for i, value in enumerate(values) if np.ndim(value)]
        access: Any = [["readonly" if i == 1 else "readwrite"] for i in range(len(arrays))]
        with np.nditer(
            (*arrays, *(values[i] for i in swept)),
            flags=["external_loop", "buffered", "zerosize_ok"],
            op_flags=access + [["readonly"]] * len(swept),
            op_dtypes=[self.dtype] * len(arrays) + [values[i].dtype for i in swept],
            casting="same_kind",
            order="F" if self.p.flags.fnc else "K",
            buffersize=BLOCK_BYTES // self.dtype.itemsize,
        ) as blocks:
            for block in blocks:
                for i, value in zip(swept, block[len(arrays) :], strict=True):
                    values[i] = value
                room = [array[: len(block[0])] for array in self.room]
                self.program.run(*block[: len(arrays)], *room, *values, *self.zeros)


def _in_dtype(number: Any, dtype: np.dtype) -> Any:
    return number.astype(dtype, copy=False) if isinstance(number, np.ndarray) else number
