"""What the notebook's figure and the published page's share: sizes, limits and words, each written once.

The build writes them out as ``constants.js``, so a name here is a name there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import reduce
from typing import Any

from d2l_utils.words import noted, noted_forms, plural, say

__all__ = ["javascript", "listed", "worded"]

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
DIGITS = {"lr": 4, "limit": 4, "loss": 3, "near": 6}  # to which these numbers are said
WORDS: dict[str, str | tuple[str, str]] = {  # a sentence, or its two forms, of which ``count`` takes one
    "diverges": noted("diverges: η = {lr} is above {formula} = {limit}"),
    "leaves": noted("leaves the picture for good"),
    "divides": noted("ends here: step {step} divides by zero"),
    "after": noted_forms("after {count} step the loss is {loss}", "after {count} steps the loss is {loss}"),
    "not_near": noted_forms(
        "after {count} step the loss is {loss}; it has not stayed within {near} of the minimum yet",
        "after {count} steps the loss is {loss}; it has not stayed within {near} of the minimum yet",
    ),
    "near": noted_forms(
        "after {count} step the loss is {loss}; within {near} of the minimum from step {step} on",
        "after {count} steps the loss is {loss}; within {near} of the minimum from step {step} on",
    ),
    # Translators: {words} says what a path did after so many steps.
    "chaos": noted("{words}; these settings are chaotic: the last digits of the start decide"),
    # Translators: {words} says what a path did; only the full stop is added.
    "sentence": noted("{words}."),
    # Translators: {label} is an optimizer's name, {words} a sentence on what it does.
    "of": noted("{label}: {words}"),
    "paths": noted("Contours of the {objective} with the path of {labels}"),
    # Translators: {name} is "loss" or "loss above the minimum".
    "losses": noted("The {name} after each step of {labels}"),
    "height": noted("loss above the minimum"),
    "value": noted("loss"),
    "step": noted("step"),
    "and": noted("{left} and {right}"),
    "above": noted_forms("{labels} goes on above", "{labels} go on above"),
    "below": noted_forms("{labels} goes on below", "{labels} go on below"),
    # Translators: two of the sentences before, of optimizers that go on above and below the picture.
    "both": noted("{above}, {below}"),
    # Translators: {words} describes a picture, {note} what stands in its corner.
    "noted": noted("{words}; {note}"),
}


def worded(key: str, /, **values: Any) -> str:
    """Return the words ``key``, in the reader's language, with ``values`` in their places.

    Examples
    --------
    >>> worded("after", count=30, loss=0.0479102)
    'after 30 steps the loss is 0.0479'
    """
    words = WORDS[key]
    shown = {name: f"{value:.{DIGITS[name]}g}" if name in DIGITS else value for name, value in values.items()}
    return say(words, **shown) if isinstance(words, str) else plural(*words, values["count"], **shown)


def listed(names: Iterable[str]) -> str:
    """Return names as one reads them.

    Examples
    --------
    >>> listed(["SGD", "Adam", "Momentum"])
    'SGD and Adam and Momentum'
    """
    return reduce(lambda left, right: worded("and", left=left, right=right), names)


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
