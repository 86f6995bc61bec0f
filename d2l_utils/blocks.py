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

from d2l_utils.programs import Program

__all__ = ["BLOCK_BYTES", "MOST_BYTES", "Kernel", "room_for"]

BLOCK_BYTES = 2**20  # of one array; smaller blocks cost more calls than the cache saves
MOST_BYTES = 8 * BLOCK_BYTES


def room_for(program: Program, size: int, dtype: np.dtype) -> list[np.ndarray]:
    """Return the temporaries of a program for arrays of ``size`` elements or fewer.

    Each is an array of its own: NumPy takes rows of one array, where one ends as the next begins, for arrays
    that overlap, and computes with them an element at a time.
    """
    # Until it once got back a larger block, the C library gives a rule's temporaries back to the system and
    # asks for them anew each time, which costs more than the arithmetic.
    np.empty(MOST_BYTES, np.uint8)
    size = min(size, BLOCK_BYTES // dtype.itemsize)
    return [np.empty(size, dtype) for _ in range(program.num_temporaries)]


class Kernel:
    """A rule with its state and room to work in, for arrays of one shape and dtype.

    Parameters
    ----------
    program : Program
        The rule's.
    slots : tuple of ndarray
        Its state, which is changed.
    like : ndarray
        An array of the parameters' shape and dtype.
    room : list of ndarray
        From `room_for`; kernels that are called in turn may share it.
    swept : bool
        Whether some of the settings are arrays, which sweep the last axes of the parameters.
    """

    def __init__(
        self,
        program: Program,
        slots: tuple[np.ndarray, ...],
        like: np.ndarray,
        room: list[np.ndarray],
        swept: bool,
    ) -> None:
        self.program, self.slots = program, slots
        self.room = room[: program.num_temporaries]
        self.settings: tuple[Any, ...] | None = None
        self.zeros: Sequence[bool] = ()
        self.cells = np.empty(0 if swept else program.num_numbers, like.dtype)
        self.numbers: Any = [self.cells[i, ...] for i in range(len(self.cells))]
        length = min(like.size, BLOCK_BYTES // like.itemsize)
        self.beside = [array[:length] for array in self.room]
        self.beside += [np.broadcast_to(number, length) for number in self.numbers]
        self.flat = [slot.reshape(-1) for slot in slots if slot.flags.c_contiguous]
        self.is_flat = bool(self.numbers) and len(self.flat) == len(slots)

    def __call__(self, p: np.ndarray, g: np.ndarray, settings: tuple[Any, ...]) -> None:
        """Change a parameter and its state, by its gradient and what the rule takes after its state."""
        if not self.cells.size:
            self.numbers, self.zeros = self.program.numbers(*settings)
        elif settings is not self.settings:
            self.cells[:], self.zeros = self.program.numbers(*settings)
            self.settings = settings
        if self.is_flat and p.flags.c_contiguous and g.flags.c_contiguous:
            if p.ndim != 1:
                p, g = p.reshape(-1), g.reshape(-1)
            self._in_slices([p, g, *self.flat])
        elif p.nbytes > BLOCK_BYTES:
            self._in_blocks((p, g, *self.slots))
        else:
            order: Any = "F" if p.flags.fnc else "C"
            room = [array[: p.size].reshape(p.shape, order=order) for array in self.room]
            self.program.run(p, g, *self.slots, *room, *self.numbers, *self.zeros)

    def _in_slices(self, arrays: list[np.ndarray]) -> None:
        """Walk arrays whose elements lie in a row."""
        step = BLOCK_BYTES // arrays[0].itemsize
        if arrays[0].size <= step:
            self.program.run(*arrays, *self.beside, *self.zeros)
            return
        for start in range(0, arrays[0].size, step):
            block = [array[start : start + step] for array in arrays]
            beside = [array[: len(block[0])] for array in self.beside]
            self.program.run(*block, *beside, *self.zeros)

    def _in_blocks(self, arrays: tuple[np.ndarray, ...]) -> None:
        """Walk flat blocks: views where the layout allows it, else copies that are written back."""
        values = list(self.numbers)
        swept = [i for i, value in enumerate(values) if np.ndim(value)]
        access: Any = [["readonly" if i == 1 else "readwrite"] for i in range(len(arrays))]
        with np.nditer(
            (*arrays, *(values[i] for i in swept)),
            flags=["external_loop", "buffered"],
            op_flags=access + [["readonly"]] * len(swept),
            order="F" if arrays[0].flags.fnc else "K",
            buffersize=BLOCK_BYTES // arrays[0].itemsize,
        ) as blocks:
            for block in blocks:
                for i, value in zip(swept, block[len(arrays) :], strict=True):
                    values[i] = value
                room = [array[: len(block[0])] for array in self.room]
                self.program.run(*block[: len(arrays)], *room, *values, *self.zeros)
