"""Rules that see a whole array at once: a matrix's singular vectors, or the length of a layer.

NumPy runs them, and no page. What they need of linear algebra is handed in as a function: `newton_schulz`,
or one of :mod:`d2l_utils.matrices`.
"""


def newton_schulz(x, coefficients=(3.4445, -4.7750, 2.0315), steps=5, eps=1e-7):
    """Push every singular value of x towards 1 and keep the vectors (Jordan et al. 2024)."""
    a, b, c = coefficients
    tall = len(x) > len(x.T)
    x = (x.T if tall else x) / ((x * x).sum() ** 0.5 + eps)
    for _ in range(steps):
        s = x @ x.T
        x = a * x + (b * s + c * s @ s) @ x
    return x.T if tall else x


def muon(p, g, v, lr, momentum, weight_decay, orthogonal, factor):
    """Walk along the orthogonal matrix next to Nesterov's velocity (Jordan et al. 2024)."""
    v *= momentum
    v += (1 - momentum) * g
    p *= 1 - lr * weight_decay
    p -= lr * factor(p) * orthogonal((1 - momentum) * g + momentum * v)
    return p, v


def muon_plain(p, g, v, lr, momentum, weight_decay, orthogonal, factor):
    """Muon without Nesterov's look ahead: along the orthogonal matrix next to v."""
    v *= momentum
    v += (1 - momentum) * g
    p *= 1 - lr * weight_decay
    p -= lr * factor(p) * orthogonal(v)
    return p, v


def muon_corrected(p, g, v, t, lr, momentum, weight_decay, orthogonal, factor):
    """Muon with g and v corrected for their start, as in Nadam (Optax's form)."""
    v *= momentum
    v += (1 - momentum) * g
    v_hat = momentum * v / (1 - momentum ** (t + 1))
    v_hat += (1 - momentum) * g / (1 - momentum**t)
    p *= 1 - lr * weight_decay
    p -= lr * factor(p) * orthogonal(v_hat)
    return p, v
