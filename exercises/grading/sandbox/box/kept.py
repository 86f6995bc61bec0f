"""States of the notebook that are kept: a fork that waits, to answer questions as of then."""

import contextlib
import os
from json import dumps, loads

from processes import pipe
from reading import needed

MOST_KEPT = 10  # each needs two of the files that a process may open


class States:
    """What is known of the cells that were run, and the states that are kept from between them.

    A question is answered as of its check: what a later cell changes is not what the student checked. Where
    nothing changed, the last state is as good.
    """

    def __init__(self, checked):
        self.checked = checked  # whether the notebook has any checks
        self.cells, self.kept, self.due = [], [], False

    def note(self, cell):
        """Take note of a cell that was run."""
        self.cells.append(cell)
        self.due = self.due or bool(cell.checks if self.checked else cell.defined)

    def would_change(self, cell):
        """Whether ``cell`` gives other values to names that questions are to be answered with."""
        return self.due and any(cell.bound & each.bound for each in self.cells)

    def keep(self, before):
        """Return what connects with this state once it waits; None if there is no need of it."""
        if not self.due or len(self.kept) >= MOST_KEPT:
            return None
        kept = Kept(before)
        if None not in (kept.asks, kept.hears):
            return kept
        kept.drop()
        return None

    def go_on(self, kept):
        """Be the process that goes on from where a state was kept."""
        if kept is not None:
            kept.go_on()
            self.kept.append(kept)
            self.due = False

    def of(self, question, target):
        """Return the states that may answer a question, the best first, and which cells changed it later.

        The state of now is None. It comes first where the target is defined once more after the last check of
        all, or where there is no check: then it is needed only if the target is no longer what it was.
        """
        own, last = self._place(question, target)
        kept = next((each for each in self.kept if own is not None and each.before > own), None)
        if kept is None:
            return [None], {}
        names = needed(target, [cell for cell in self.cells if cell.index <= own])
        changed = [cell.index for cell in self.cells if cell.index > own and cell.bound & names]
        anew = any(cell.index > last and target in cell.defined for cell in self.cells)
        return [None, kept] if anew else [kept, None], {"changed": changed}

    def _place(self, question, target):
        """Return the cell after which a question is answered, and the last one with a check."""
        checks = [cell.index for cell in self.cells if cell.checks]
        if checks:
            own = [cell.index for cell in self.cells if question in cell.checks]
        else:
            own = [cell.index for cell in self.cells if target in cell.defined]
        return max(own, default=None), max(checks, default=0)


class Kept:
    """One state, as the process that goes on sees it: ``before`` which cell it was kept, and two pipes."""

    def __init__(self, before):
        self.before = before
        self.theirs = [None, None]
        self.theirs[0], self.asks = pipe()
        self.hears, self.theirs[1] = pipe()

    def go_on(self):
        """Be the process that asks."""
        _close(*self.theirs)

    def stay(self):
        """Be the state; return the ends of the pipes that are its own."""
        _close(self.asks, self.hears)
        self.asks = self.hears = None
        return self.theirs

    def drop(self):
        """Be a state that nobody needs: what came after it is gone, and it goes on itself."""
        _close(*self.theirs, self.asks, self.hears)

    def ask(self, request):
        """Return what the state says to a request; None if it is no more."""
        try:
            os.write(self.asks, dumps(request).encode() + b"\n")
        except OSError:
            return None
        return heard(self.hears)


def heard(descriptor):
    """Return the next message in a pipe; None if there will be none."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(descriptor, 1 << 16)
        if not piece:
            return None
        line += piece
    return loads(line)


def tell(descriptor, message):
    """Put a message into a pipe."""
    os.write(descriptor, dumps(message).encode() + b"\n")


def _close(*descriptors):
    for each in descriptors:
        with contextlib.suppress(OSError, TypeError):
            os.close(each)
