"""The rules with gaps and the published bugs, which a reader completes and mends.

Backticks mark code; everything else is plain text, so that it reads in a terminal as on a page.
"""

from __future__ import annotations

__all__ = ["BUGS", "GAPS"]

# rule -> (task, {line of the rule: what stands in the gap}).
GAPS: dict[str, tuple[str, dict[str, str]]] = {
    "sgd": ("Write the one line of gradient descent.", {"p -= lr * g": "one step against the gradient"}),
    "momentum": (
        "Write the two lines that change the velocity.",
        {"v *= momentum": "what survives of the old velocity", "v -= lr * g": "the gradient corrects it"},
    ),
    "nesterov": (
        "Write the two lines that differ: how the gradient enters v, and how p moves to the place where the "
        "next gradient is taken.",
        {"v -= lr * g": "the gradient corrects v", "p += momentum * v - lr * g": "p looks one step ahead"},
    ),
    "adagrad": (
        "Write the state and the step. ε stands outside the root; `eps_root` is 0 here and may be left out.",
        {
            "s += g * g": "what s collects",
            "p -= lr * g / ((s + eps_root) ** 0.5 + eps)": "the step, divided by what s has collected",
        },
    ),
    "rmsprop": (
        "Write the two lines of the moving average.",
        {"s *= rho": "the share of the old s", "s += (1 - rho) * g * g": "the share of the new square"},
    ),
    "adadelta": (
        "Write the step, which has the units of p, and the average of squared steps.",
        {
            "step = (u + eps) ** 0.5 / (s + eps) ** 0.5 * g": "step = the ratio of two roots, times g",
            "u += (1 - rho) * step * step": "the share of the new squared step",
        },
    ),
    "adam": (
        "Write the average of squares and both corrections.",
        {
            "s += (1 - beta2) * g * g": "the share of the new square",
            "m_hat = m / (1 - beta1**t)": "m_hat = m, corrected for its start",
            "s_hat = s / (1 - beta2**t)": "s_hat = s, corrected for its start",
        },
    ),
}

# name -> (rule, text of the rule, what was published in its place, the story).
BUGS: dict[str, tuple[str, str, str, str]] = {
    "momentum-plus": (
        "momentum",
        "v -= lr * g",
        "v += lr * g",
        "“Update along the gradient”, say several course notes. This code obeys, and runs without an error.",
    ),
    "adagrad-mean": (
        "adagrad",
        "s, lr, eps, eps_root):\n    s += g * g\n    p -= lr * g / ((s + eps_root) ** 0.5 + eps)",
        "s, t, lr, eps, eps_root):\n    s += g * g\n    p -= lr * g / ((s / t + eps_root) ** 0.5 + eps)",
        "A widely read slide divides by the root of the mean of all squared gradients so far. "
        "Its steps do not get shorter, although the same slide complains that AdaGrad's do.",
    ),
    "rmsprop-plus-equals": (
        "rmsprop",
        "s *= rho\n    s += (1 - rho) * g * g",
        "s += rho * s + (1 - rho) * g * g",
        "Its first line stands in notes on RMSProp. After thirty gradients of 1 its s is 26 million.",
    ),
    "adam-eps": (
        "adam",
        "((s_hat + eps_root) ** 0.5 + eps)",
        "(s_hat + eps_root) ** 0.5 + eps",
        "The update of the online textbook Dive into Deep Learning, in its TensorFlow tab. It reaches the "
        "minimum, nearly. A reader reported it on 10 April 2026, in pull request 2691 of d2l-en.",
    ),
    "adam-count": (
        "adam",
        "    m *= beta1",
        "    t = 1\n    m *= beta1",
        "The same code never counts the steps. Which line shows it here?",
    ),
    "adam-no-correction": (
        "adam",
        "m_hat = m / (1 - beta1**t)\n    s_hat = s / (1 - beta2**t)",
        "m_hat = m\n    s_hat = s",
        "“Adam, with the paper's values”, says the slide. The values are the paper's; the method is not.",
    ),
}
