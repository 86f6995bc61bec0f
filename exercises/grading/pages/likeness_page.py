"""The report of who is more alike than the class is, side by side, with what it does not prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from exercises.grading.pages.rendering import render
from exercises.grading.texts import worded

__all__ = ["html"]

MOST_LINES, LONGEST_LINE = 300, 300  # of one side of a pair that are shown
FEW = 10  # below so many, a class is no measure of itself
DOUBTS = ("like_short", "like_shared", "like_edited", "like_talk")


def html(
    found: Any,
    prints: Mapping[str, Mapping[int, Sequence[Any]]],
    cells: Mapping[str, Sequence[Any]],
    left_out: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the report of a `likeness.pairs.Likeness` as a page that stands alone.

    Parameters
    ----------
    prints : the fingerprints of each student, with the runs of tokens that they stand for.
    cells : the code cells of each student.
    left_out : whose notebook could not be read, and why.
    """

    def shown(pair: Any) -> dict[str, Any]:
        sides = []
        for who, share in zip((pair.first, pair.second), pair.shares, strict=True):
            alike = _cells(cells[who], prints[who], pair.shared)
            sides.append({"who": who, "share": f"{100 * share:.0f} %", "cells": alike})
        return {"weight": f"{pair.weight:.0f}", "sides": sides}

    least, lower, median, upper, most = (f"{each:.0f}" for each in found.quartiles)
    return render(
        "likeness.html.j2",
        page_title=worded("like_title"),
        told=worded("like_count", count=len(found.standing_out), all=len(cells)),
        few=worded("like_few", few=FEW) if len(cells) < FEW else "",
        baseline=worded("like_baseline", lower=lower, median=median, upper=upper, fence=f"{found.fence:.0f}"),
        ends=worded("like_ends", least=least, most=most),
        doubts=[worded(each) for each in DOUBTS],
        pairs=[shown(each) for each in found.standing_out],
        normal=None if found.normal is None else shown(found.normal),
        left_out=left_out,
    )


def _cells(
    cells: Sequence[Any], prints: Mapping[int, Sequence[Any]], shared: frozenset[int]
) -> list[dict[str, Any]]:
    """Return the cells that hold something shared, each in pieces: text, and whether the other has it too."""
    marked = {(token.cell, token.line) for each in shared for run in prints[each] for token in run}
    shown, left = [], MOST_LINES
    for cell in cells:
        lines = [(text, (cell.index, line) in marked) for line, text in enumerate(cell.source.split("\n"), 1)]
        if left and any(alike for _, alike in lines):
            pieces = [
                ("\n".join(_cut(text, LONGEST_LINE) for text, _ in piece), alike)
                for alike, piece in groupby(lines[:left], key=lambda line: line[1])
            ]
            shown.append({"number": cell.index, "pieces": pieces, "cut": len(lines) > left})
            left -= min(left, len(lines))
    return shown


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
