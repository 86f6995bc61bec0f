"""Figures that several chapters share: paths on contours, loss curves, convergence beside its prediction.

They look best under the book's style: ``plt.style.use("d2l_utils.descent")``. Each takes labelled results,
draws into ``ax`` or a new figure, and returns ``fig, ax``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from d2l_utils.descent import Trace
from d2l_utils.objectives import Objective
from d2l_utils.training import History

__all__ = ["contour_levels", "plot_contours", "plot_convergence", "plot_loss", "plot_paths"]


def _axes(ax: Axes | None) -> tuple[Figure, Axes]:
    if ax is None:
        return plt.subplots()
    figure = ax.figure
    assert isinstance(figure, Figure)
    return figure, ax


def _labelled(results: Any, kind: type) -> Mapping[str, Any]:
    if isinstance(results, kind):
        return {"": results}
    if not isinstance(results, Mapping) or not all(isinstance(value, kind) for value in results.values()):
        raise TypeError(f"expected a {kind.__name__} or a dict of label -> {kind.__name__}; got {results!r}")
    return results


def grid_values(objective: Objective, num: int = 161) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x, y (num,) and the values (num, num) of a two-dimensional objective over its window."""
    if len(objective.window) != 2:
        raise ValueError(f"contours need two coordinates; {objective!r} has {len(objective.window)}")
    x, y = (np.linspace(low, high, num) for low, high in objective.window)
    return x, y, np.asarray(objective.value(*np.meshgrid(x, y)))


def contour_levels(values: np.ndarray, num: int = 14) -> np.ndarray:
    """Return levels that lie closer together near the lowest of ``values``, shape (num,).

    They are the squares of equal steps, so that the contours of a bowl stand at equal distances.
    """
    low, high = float(np.min(values)), float(np.max(values))
    return low + (high - low) * np.linspace(0, 1, num + 1)[1:] ** 2


def plot_contours(objective: Objective, ax: Axes | None = None) -> tuple[Figure, Axes]:
    """Draw the contours of a two-dimensional objective over its window, each minimum marked by a star.

    Parameters
    ----------
    objective : Objective
        What to draw.
    ax : Axes, optional
        Where; a new figure by default.
    """
    fig, ax = _axes(ax)
    x, y, z = grid_values(objective)
    ax.contour(x, y, z, levels=contour_levels(z), colors="0.55", linewidths=0.7, alpha=0.7)
    for minimum in objective.minima:
        ax.plot(*minimum, marker="*", markersize=11, color="0.2", linestyle="none", zorder=4)
    ax.set(xlim=objective.window[0], ylim=objective.window[1], xlabel="x", ylabel="y")
    ax.grid(False)
    return fig, ax


def plot_paths(traces: Trace | Mapping[str, Trace], ax: Axes | None = None) -> tuple[Figure, Axes]:
    """Draw one or more paths over the contours of their objective: an open ring starts, a dot ends each.

    Parameters
    ----------
    traces : Trace or dict of str to Trace
        Paths on the same objective, without a sweep; the keys are their labels.
    ax : Axes, optional
        Where; a new figure by default.

    Raises
    ------
    TypeError, ValueError
        If there is no trace, the objectives differ, or a trace is not two-dimensional.
    """
    labelled = _labelled(traces, Trace)
    objectives = {id(trace.objective): trace.objective for trace in labelled.values()}
    if len(objectives) != 1:
        raise ValueError(f"paths must share one objective; got {[repr(o) for o in objectives.values()]}")
    if any(trace.points.ndim != 2 for trace in labelled.values()):
        raise ValueError("a path is one setting; a sweep has several: descend with numbers, not with arrays")
    fig, ax = plot_contours(next(iter(objectives.values())), ax)
    for label, trace in labelled.items():
        (line,) = ax.plot(*trace.points.T, marker=".", label=label or None, linewidth=1.4)
        finite = trace.points[np.isfinite(trace.points).all(axis=1)]
        ax.plot(*finite[0], marker="o", markersize=8, fillstyle="none", color="0.2", linestyle="none")
        ax.plot(*finite[-1], marker="o", markersize=7, color=line.get_color(), linestyle="none")
    if any(labelled):
        ax.legend(loc="upper right")
    return fig, ax


def plot_loss(
    histories: History | Mapping[str, History],
    against: str = "epoch",
    ax: Axes | None = None,
    smooth: int = 1,
) -> tuple[Figure, Axes]:
    """Draw the minibatch losses of one or more trainings against updates or epochs.

    Parameters
    ----------
    histories : History or dict of str to History
        What `fit` returned; the keys are the labels.
    against : {"epoch", "step"}
        What the horizontal axis counts.
    ax : Axes, optional
        Where; a new figure by default.
    smooth : int
        Show the mean of this many losses in a row, at least 1.

    Raises
    ------
    TypeError, ValueError
        If there is no history, ``against`` is neither word, or ``smooth`` exceeds the number of losses.
    """
    if against not in ("epoch", "step"):
        raise ValueError(f"against must be 'epoch' or 'step'; got {against!r}")
    fig, ax = _axes(ax)
    for label, history in _labelled(histories, History).items():
        if not 1 <= smooth <= len(history.loss):
            raise ValueError(
                f"smooth must be from 1 to {len(history.loss)}, the number of losses; got {smooth}"
            )
        loss = np.convolve(history.loss, np.full(smooth, 1 / smooth), mode="valid")
        at = history.epoch if against == "epoch" else np.arange(len(history.loss))
        ax.plot(at[smooth - 1 :], loss, label=label or None)
    ax.set(xlabel="epoch" if against == "epoch" else "update", ylabel="loss of the minibatch")
    if ax.get_legend_handles_labels()[0]:
        ax.legend()
    return fig, ax


def plot_convergence(
    traces: Trace | Mapping[str, Trace],
    rates: Mapping[str, float] | None = None,
    ax: Axes | None = None,
) -> tuple[Figure, Axes]:
    """Draw the distance to the minimum after each step on a log axis, beside predicted rates.

    Parameters
    ----------
    traces : Trace or dict of str to Trace
        Paths on an objective with a known minimum; the keys are the labels.
    rates : dict of str to float, optional
        Label -> predicted factor by which a step shrinks the distance: a thin line of that slope is drawn
        from the path's first distance.
    ax : Axes, optional
        Where; a new figure by default.

    Raises
    ------
    TypeError, ValueError
        If there is no trace, a rate belongs to none, or the objective has no known minimum.
    """
    labelled = _labelled(traces, Trace)
    for label in set(rates or {}) - set(labelled):
        raise ValueError(f"rates has {label!r}; the paths are {sorted(labelled)}")
    fig, ax = _axes(ax)
    for label, trace in labelled.items():
        if not trace.objective.minima:
            raise ValueError(f"{trace.objective!r} has no known minimum")
        distance = np.linalg.norm(trace.points - np.array(trace.objective.minima[0]), axis=1)
        (line,) = ax.semilogy(distance, label=label or None)
        if rates and label in rates:
            steps = np.arange(len(distance))
            predicted = distance[0] * rates[label] ** steps
            ax.semilogy(predicted, color=line.get_color(), linewidth=0.9, linestyle="-", alpha=0.6)
    ax.set(xlabel="step", ylabel="distance to the minimum")
    if any(labelled):
        ax.legend()
    return fig, ax
