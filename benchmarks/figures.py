"""The figures of the status page: bars of ratios on a logarithmic axis, as SVG."""

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

FOLDER = Path(__file__).parent / "figures"
OURS, PEERS = "#d55e00", "#1b80c4"


def name(outcome):
    """Return the file name of a regime's figure, without its ending."""
    return "".join(c for c in outcome["key"].lower() if c.isalnum())


def draw(results):
    """Draw every regime into the folder of figures."""
    FOLDER.mkdir(exist_ok=True)
    with plt.style.context("d2l_utils.descent"):
        for outcome in results["regimes"]:
            figure = bars(outcome)
            path = FOLDER / f"{name(outcome)}.svg"
            figure.savefig(path, transparent=True, metadata={"Date": None})
            plt.close(figure)
            lines = path.read_text(encoding="utf-8").splitlines()
            path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


def bars(outcome):
    """Return a figure with one bar a contestant, the slowest on top."""
    rows = sorted(outcome["ratios"].items(), key=lambda item: item[1]["median"])
    figure, ax = plt.subplots(figsize=(6.4, 1 + 0.4 * len(rows)))
    lowest = min(spread["low"] for _, spread in rows) / 2
    for i, (contestant, spread) in enumerate(rows):
        colour = OURS if contestant == outcome["ours"] else PEERS
        ax.barh(i, spread["median"] - lowest, left=lowest, color=colour, height=0.62)
        ax.plot([spread["low"], spread["high"]], [i, i], color="0.3", linewidth=1.6, linestyle="-")
    ax.axvline(1, color=OURS, linewidth=1, linestyle="--")
    ax.set(xscale="log", xlim=(lowest, None), xlabel="relative time")
    is_wide = rows[-1][1]["high"] > 100 * lowest
    ax.xaxis.set_major_locator(LogLocator(subs=(1,) if is_wide else (1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_yticks(range(len(rows)), [contestant for contestant, _ in rows])
    ax.grid(False, axis="y")
    return figure
