"""Schedule-free rules: p is y, where g is taken, and lag = x − z tells how far the average x is behind z.

So z = p − β lag; and x = p + (1 − β) lag is the point to be evaluated.
"""


def schedule_free_sgd(p, g, lag, lr_max, lr_squares, lr, momentum, weight_decay):
    """Average in x where SGD's z has been; p is between both (Defazio et al. 2024)."""
    step = g + weight_decay * p
    p -= momentum * lag + lr * step
    lag += lr * step
    kept = lr_max > lr
    lr_max *= kept
    lr_max += lr * (1 - kept)
    lr_squares += lr_max * lr_max
    share = lr_max * lr_max / (lr_squares + (lr_squares <= 0))
    lag *= 1 - share
    p += momentum * lag
    return p, lag, lr_max, lr_squares


def schedule_free_adamw(p, g, s, lag, lr_max, lr_squares, t, lr, beta1, beta2, eps, weight_decay):
    """The same with RMSProp's step: AdamW, in which x takes the place of m (Defazio et al. 2024)."""
    s *= beta2
    s += (1 - beta2) * g * g
    s_hat = s / (1 - beta2**t)
    step = g / (s_hat**0.5 + eps)
    p, lag, lr_max, lr_squares = schedule_free_sgd(p, step, lag, lr_max, lr_squares, lr, beta1, weight_decay)
    return p, s, lag, lr_max, lr_squares
