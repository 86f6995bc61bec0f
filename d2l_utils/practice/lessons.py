"""Small rules that only an exercise needs: what `practice` asks to complete besides the book's optimizers.

Like :mod:`d2l_utils.rules` they are plain arithmetic and import nothing.
"""


def running_mean(p, a, t):
    """SGD on (p − a)²/2 at the rate 1/t: after t examples a, p is their mean (Robbins & Monro 1951)."""
    g = p - a
    p -= g / t
    return p


def minibatch_sgd(p, g, batch_size, lr):
    """Step against the mean of a batch's gradients, whose sum is g."""
    g /= batch_size
    p -= lr * g
    return p


def equal_pace(p, g, often, lr):
    """SGD on the weights of one word, whose share of the text is taken out of its gradient."""
    g /= often
    p -= lr * g
    return p


def max_norm_step(p, g, lr):
    """Steepest descent in the max norm: each coordinate moves by lr against its slope, unless that is 0."""
    size = abs(g)
    p -= lr * g / (size + (size <= 0))
    return p


def secant_step(p, g, s, before, lr):
    """L-BFGS with one pair and one coordinate, unsearched: no pair without curvature (Nocedal 1980)."""
    y = g - before
    kept = s * y > 0
    C = kept * s * y / (y * y + 1 - kept) + (1 - kept) * lr
    s = -C * g
    p += s
    before = g
    return p, s, before
