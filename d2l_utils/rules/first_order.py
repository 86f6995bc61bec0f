"""Rules that follow the gradient or a velocity: gradient descent and the two momentums."""


def sgd(p, g, lr):
    """Walk against the gradient (Cauchy 1847; Robbins & Monro 1951)."""
    p -= lr * g
    return p


def momentum(p, g, v, lr, momentum):
    """Keep a velocity v, with the learning rate inside it (Polyak 1964)."""
    v *= momentum
    v -= lr * g
    p += v
    return p, v


def momentum_lr_outside(p, g, v, lr, momentum):
    """Keep decaying gradients in v, the learning rate outside it (PyTorch's form)."""
    v *= momentum
    v += g
    p -= lr * v
    return p, v


def nesterov(p, g, v, lr, momentum):
    """Momentum stored ahead, where the next gradient is taken (Nesterov 1983)."""
    v *= momentum
    v -= lr * g
    p += momentum * v - lr * g
    return p, v


def nesterov_lr_outside(p, g, v, lr, momentum):
    """Nesterov's step with the learning rate outside v (PyTorch's form)."""
    v *= momentum
    v += g
    p -= lr * (g + momentum * v)
    return p, v
