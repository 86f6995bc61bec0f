"""Rules that divide the gradient by its own size: a rate for each element."""


def adagrad(p, g, s, lr, eps, eps_root):
    """Divide by the root of the sum s of squared gradients (Duchi et al. 2011)."""
    s += g * g
    p -= lr * g / ((s + eps_root) ** 0.5 + eps)
    return p, s


def adagrad_once_started(p, g, s, lr, eps, eps_root):
    """Take AdaGrad's step where s is above 0, and none elsewhere (Optax's form)."""
    s += g * g
    p -= lr * g * (s > 0) / ((s + eps_root) ** 0.5 + eps + (1 - (s > 0)))
    return p, s


def rmsprop(p, g, s, lr, rho, eps, eps_root):
    """Divide by the root of a moving average of squares (Tieleman & Hinton 2012)."""
    s *= rho
    s += (1 - rho) * g * g
    p -= lr * g / ((s + eps_root) ** 0.5 + eps)
    return p, s


def rmsprop_momentum(p, g, s, v, lr, rho, eps, eps_root, momentum):
    """Hand RMSProp's steps to a velocity v (the form of Keras and Optax)."""
    s *= rho
    s += (1 - rho) * g * g
    v *= momentum
    v -= lr * g / ((s + eps_root) ** 0.5 + eps)
    p += v
    return p, s, v


def rmsprop_momentum_lr_outside(p, g, s, v, lr, rho, eps, eps_root, momentum):
    """Keep the learning rate outside RMSProp's velocity (PyTorch's form)."""
    s *= rho
    s += (1 - rho) * g * g
    v *= momentum
    v += g / ((s + eps_root) ** 0.5 + eps)
    p -= lr * v
    return p, s, v


def rmsprop_centered(p, g, s, m, v, lr, rho, eps, eps_root, momentum):
    """Divide by the root of the variance s − m², not of s (Graves 2013)."""
    s *= rho
    s += (1 - rho) * g * g
    m *= rho
    m += (1 - rho) * g
    v *= momentum
    v -= lr * g / (abs(s - m * m + eps_root) ** 0.5 + eps)
    p += v
    return p, s, m, v


def rmsprop_centered_lr_outside(p, g, s, m, v, lr, rho, eps, eps_root, momentum):
    """Keep the learning rate outside the velocity of centred RMSProp (PyTorch's form)."""
    s *= rho
    s += (1 - rho) * g * g
    m *= rho
    m += (1 - rho) * g
    v *= momentum
    v += g / (abs(s - m * m + eps_root) ** 0.5 + eps)
    p -= lr * v
    return p, s, m, v


def adadelta(p, g, s, u, lr, rho, eps):
    """Give the step the units of p, by an average u of squared steps (Zeiler 2012)."""
    s *= rho
    s += (1 - rho) * g * g
    step = (u + eps) ** 0.5 / (s + eps) ** 0.5 * g
    u *= rho
    u += (1 - rho) * step * step
    p -= lr * step
    return p, s, u
