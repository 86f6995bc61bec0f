"""What the notebook's figure and the published page's share: sizes, limits and words, each written once.

The build writes them out as ``constants.js``, so a name here is a name there.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["javascript"]

# The two panels, in pixels: width and height in all, and what lies around the frame.
WIDTH, HEIGHT = 360, 270
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 22, 38
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
# Where the words stand: a tick's below the frame and left of it, the axes' names, the note in the corner.
TICK_BELOW, TICK_BEFORE, TICK_DOWN = 15, 5, 4
NAME_UP, NAME_ABOVE = 5, 7
NOTE_IN, NOTE_DOWN = 6, 15
POWER_UP = 5
MINIMUM_RADIUS, HEAD_RADIUS = 5, 4
SWATCH_WIDTH, SWATCH_HEIGHT, SWATCH = 34, 10, "M1 5H33"

# What is drawn.
FAR = 9999  # pixels; beyond it a coordinate means nothing to an eye and much to a browser
FLOOR, CEILING = 1e-16, 1e16  # what the log axis shows of a loss
LARGEST = 1e300  # what the linear one shows, which needs room for ticks
NUM_TICKS = 5
PAD = 0.05  # of what a linear axis shows, above and below it
MOST_DOTTED = 61  # points; a longer path is a line without dots
LOOKS = (  # a colour, and a dash
    ("#1b80c4", "none"),
    ("#d55e00", "7 3"),
    ("#009e73", "7 3 2 3"),
    ("#b0569a", "2 3"),
    ("#9333ea", "14 4"),
    ("#7a7a7a", "4 6"),
    ("#d81b4e", "14 3 2 3 2 3"),
)

# What a figure may hold.
MOST_RACERS = 4  # more lines than that nobody can follow
MOST_STEPS, MOST_NOISE = 200, 2.0
MOST_START, MOST_SEED = 1e6, 2**31 - 1  # coordinates to both sides of 0
# Where a slider stops.
DECADE = 100  # places for each power of ten
SHARES = 1000  # places between 0 and 1
NOISE_STEP = 0.05

# What is said of a path.
TOLERANCE = 1e-3  # of the loss
WINDOWS = 10  # so many windows away a path has left the picture
SEEN = 0.01  # of the picture's width: three pixels, which an eye can see
LOST = ("diverges", "leaves", "divides")  # the outcomes of which there is no more to say
WORDS = {
    "diverges": "diverges: η = {lr:.4g} is above {formula} = {limit:.4g}",
    "leaves": "leaves the picture for good",
    "divides": "ends here: step {step} divides by zero",
    "after": "after {steps} steps the loss is {loss:.3g}",
    "not_near": "{after}; it has not stayed within {near:.6g} of the minimum yet",
    "near": "{after}; within {near:.6g} of the minimum from step {step} on",
    "chaos": "{after}; these settings are chaotic: the last digits of the start decide",
    "sentence": "{words}.",
    "paths": "Contours of the {objective} with the path of {labels}",
    "losses": "The {name} after each step of {labels}",
    "height": "loss above the minimum",
    "value": "loss",
    "step": "step",
    "and": " and ",
    "one_above": "{labels} goes on above",
    "more_above": "{labels} go on above",
    "one_below": "{labels} goes on below",
    "more_below": "{labels} go on below",
}


def say(key: str, /, **values: Any) -> str:
    """Return the words ``key`` with ``values`` filled in.

    Examples
    --------
    >>> say("after", steps=30, loss=0.0479102)
    'after 30 steps the loss is 0.0479'
    """
    return WORDS[key].format(**values)


def javascript() -> str:
    """Return the constants as a module of JavaScript.

    Examples
    --------
    >>> print(javascript().splitlines()[0])
    export const WIDTH = 360;
    """
    shared = {name: value for name, value in globals().items() if name.isupper()}
    return "".join(
        f"export const {name} = {json.dumps(value, ensure_ascii=False)};\n" for name, value in shared.items()
    )
