"""Weight decay: what is done to a gradient or a parameter before a rule takes its step."""


def l2(p, g, weight_decay):
    """Add the slope of weight_decay / 2 · p² to g: coupled weight decay."""
    return g + weight_decay * p


def shrink(p, lr, weight_decay):
    """Take the share lr · weight_decay off p: decoupled weight decay."""
    p *= 1 - lr * weight_decay
    return p
