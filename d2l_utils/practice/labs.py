"""The rules with gaps and the published bugs, which a reader completes and mends.

Backticks mark code; everything else is plain text, so that it reads in a terminal as on a page. A rule is a
function of :mod:`d2l_utils.rules` or :mod:`d2l_utils.practice.lessons`.
"""

from __future__ import annotations

__all__ = ["BUGS", "GAPS", "SOURCES"]

# rule -> (task, {line of the rule: what stands in the gap}).
GAPS: dict[str, tuple[str, dict[str, str]]] = {
    "sgd": ("Write the one line of gradient descent.", {"p -= lr * g": "one step against the gradient"}),
    "running_mean": (
        "A mean that keeps no list: SGD on (p − a)²/2, one example a at a time, at the rate 1/t. After t "
        "examples p is to be their mean, wherever it began.",
        {"g = p - a": "g = the gradient at p", "p -= g / t": "one step at the rate 1/t"},
    ),
    "minibatch_sgd": (
        "g arrives as the sum over the batch of its examples' gradients. Make one step along their mean.",
        {"g /= batch_size": "the sum becomes a mean", "p -= lr * g": "one step against it"},
    ),
    "momentum": (
        "Write the two lines that change the velocity.",
        {"v *= momentum": "what survives of the old velocity", "v -= lr * g": "the gradient corrects it"},
    ),
    "momentum_lr_outside": (
        "PyTorch's momentum. At a constant rate its path is that of Keras, its velocity another: write how "
        "the gradient enters it, and where the rate comes in.",
        {"v += g": "the gradient enters v", "p -= lr * v": "the step"},
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

_D2L = "https://github.com/d2l-ai/d2l-en/blob/23d7a5aecceee57d1292c56e90cce307f183bb0a/chapter_optimization/adam.md"
# Where a bug was published, or is reported, where that is open to everyone.
SOURCES: dict[str, str] = {
    "minibatch-twice": "https://github.com/ShusenTang/Dive-into-DL-PyTorch/blob/"
    "09c8bacc08599eb86236551454ba43b82cb91498/docs/chapter03_DL-basics/3.9_mlp-scratch.md",
    "nesterov-new-velocity": "https://github.com/oreilly-japan/deep-learning-from-scratch/commit/"
    "89eadd0804af4de07e13fc6a478d591124f89312",
    "adam-eps": "https://github.com/d2l-ai/d2l-en/pull/2691",
    "adam-count": _D2L,
}
# name -> (rule, text of the rule, what was published in its place, the story).
BUGS: dict[str, tuple[str, str, str, str]] = {
    "minibatch-twice": (
        "minibatch_sgd",
        "p -= lr * g",
        "p -= lr * g / batch_size",
        "“Dive into DL PyTorch” trains a small network at the learning rate 100, and a note there guesses "
        "why it has to be so large. Its loss is the mean over the batch, and this is its step.",
    ),
    "momentum-plus": (
        "momentum",
        "v -= lr * g",
        "v += lr * g",
        "“Update along the gradient”, say several course notes. This code obeys, and runs without an error.",
    ),
    "nesterov-new-velocity": (
        "nesterov",
        "p += momentum * v - lr * g",
        "p += momentum * momentum * v - (1 + momentum) * lr * g",
        "Until 2021 the code of “Deep Learning from Scratch” had these lines in this order. The formula "
        "of the last one is right, but for another v.",
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
