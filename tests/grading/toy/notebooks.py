"""Notebooks that answer the toy set, right and wrong."""

import json

RIGHT = {
    "q1": "def centre(x):\n    return x - x.mean(axis=0)",
    "q2": (
        "def step(p, g, v, lr):\n    if lr <= 0:\n        raise ValueError('lr must be positive')\n"
        "    v *= 0.9\n    v += g\n    p -= lr * v\n    return p, v"
    ),
    "q3": "def slope(f, x, h):\n    return (f(x + h) - f(x - h)) / (2 * h)",
    "q4": "predictions = {'letters': 'a, c', 'factor': 4}",
    "q5": "explain_q5 = '''The terms of even order cancel.'''",
    "q6": "def find(ask, start, budget):\n    return start - ask(start)",
}


def notebook(*cells: str) -> bytes:
    """Return the file of a notebook that has these code cells."""
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells],
    }
    return json.dumps(document).encode()


def answers(**others: str) -> bytes:
    """Return the notebook that answers everything right, but for ``others``; "" leaves a cell out."""
    cells = RIGHT | others
    return notebook("import numpy as np", *(cell for cell in cells.values() if cell))
