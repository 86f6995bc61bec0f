"""The update rules of this book, each written once.

A rule takes a parameter ``p``, its gradient ``g``, the rule's state (``v``, ``s``, ``m`` ...) and its
hyper-parameters, and returns the new parameter and state. It is plain arithmetic without an import and
without an ``if``, so that the same lines serve everywhere (a comparison counts as 1 or 0):

- Python floats go in and new floats come out;
- NumPy arrays of one shape are changed in place and come back;
- a hyper-parameter may be an array of shape ``(n,)`` that runs n settings at once, if ``p``, ``g`` and
  the state have n as their last axis;
- MicroPython runs them in the reader's browser.

``t`` is the number of the step, from 1. ``eps`` stands outside a root and ``eps_root`` inside it, because
papers and frameworks disagree about where it belongs. The classes of :mod:`d2l_utils.optimizers` keep the
state, check what they are given and know the defaults.
"""


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


def adam(p, g, m, s, t, lr, beta1, beta2, eps, eps_root):
    """Average g in m and g² in s, correct both for their start (Kingma & Ba 2015)."""
    m *= beta1
    m += (1 - beta1) * g
    s *= beta2
    s += (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    p -= lr * m_hat / ((s_hat + eps_root) ** 0.5 + eps)
    return p, m, s


def amsgrad(p, g, m, s, s_max, t, lr, beta1, beta2, eps, eps_root):
    """Adam that divides by the largest s so far (Reddi et al. 2018)."""
    m *= beta1
    m += (1 - beta1) * g
    s *= beta2
    s += (1 - beta2) * g * g
    kept = s_max > s
    s_max *= kept
    s_max += s * (1 - kept)
    m_hat = m / (1 - beta1**t)
    s_hat = s_max / (1 - beta2**t)
    p -= lr * m_hat / ((s_hat + eps_root) ** 0.5 + eps)
    return p, m, s, s_max


def amsgrad_corrected(p, g, m, s, s_max, t, lr, beta1, beta2, eps, eps_root):
    """AMSGrad with the maximum of the corrected s (Optax's form)."""
    m *= beta1
    m += (1 - beta1) * g
    s *= beta2
    s += (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    kept = s_max > s_hat
    s_max *= kept
    s_max += s_hat * (1 - kept)
    p -= lr * m_hat / ((s_max + eps_root) ** 0.5 + eps)
    return p, m, s, s_max


def nadam(p, g, m, s, mu_product, t, lr, beta1, beta2, eps, eps_root, momentum_decay):
    """Adam with Nesterov's step and a momentum mu that warms up (Dozat 2016)."""
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    mu_product *= mu
    m *= beta1
    m += (1 - beta1) * g
    s *= beta2
    s += (1 - beta2) * g * g
    m_hat = mu_next * m / (1 - mu_product * mu_next)
    m_hat += (1 - mu) * g / (1 - mu_product)
    s_hat = s / (1 - beta2**t)
    p -= lr * m_hat / ((s_hat + eps_root) ** 0.5 + eps)
    return p, m, s, mu_product


def adamw(p, g, m, s, t, lr, beta1, beta2, eps, eps_root, weight_decay):
    """Shrink p, then take Adam's step (Loshchilov & Hutter 2019)."""
    p *= 1 - lr * weight_decay
    return adam(p, g, m, s, t, lr, beta1, beta2, eps, eps_root)


def l2(p, g, weight_decay):
    """Add the slope of weight_decay / 2 · p² to g: coupled weight decay."""
    return g + weight_decay * p


def shrink(p, lr, weight_decay):
    """Take the share lr · weight_decay off p: decoupled weight decay."""
    p *= 1 - lr * weight_decay
    return p
