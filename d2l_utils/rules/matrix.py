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


def trust(x, step):
    """Return how much longer x is than a step, or 1 if one of them is 0."""
    length, walked = (x * x).sum() ** 0.5, (step * step).sum() ** 0.5
    return length / walked if length and walked else 1.0


def lamb(p, g, m, s, t, lr, beta1, beta2, eps, eps_root, weight_decay):
    """Give Adam's step, and the decay in it, the length of its layer (You et al. 2020)."""
    m *= beta1
    m += (1 - beta1) * g
    s *= beta2
    s += (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    step = m_hat / ((s_hat + eps_root) ** 0.5 + eps) + weight_decay * p
    p -= lr * trust(p, step) * step
    return p, m, s


def lamb_decoupled(p, g, m, s, t, lr, beta1, beta2, eps, eps_root, weight_decay):
    """Shrink p, then give Adam's step its length (Keras' form of LAMB)."""
    p *= 1 - lr * weight_decay
    return lamb(p, g, m, s, t, lr, beta1, beta2, eps, eps_root, 0.0)


def shampoo(p, g, left, right, lr, rho, eps, root):
    """Divide by the fourth roots of sums of g gᵀ and of gᵀ g (Gupta, Koren & Singer 2018)."""
    left *= rho
    left += g @ g.T
    right *= rho
    right += g.T @ g
    p -= lr * root(left, eps) @ g @ root(right, eps)
    return p, left, right


def soap(p, g, m, s, left, right, left_axes, right_axes, t, lr, beta1, beta2, eps, weight_decay, axes):
    """Take Adam's step in the axes of Shampoo's averages; step 1 finds them (Vyas et al. 2025)."""
    begun = t > 1
    m *= beta1
    m += begun * (1 - beta1) * g
    turned = left_axes.T @ g @ right_axes
    s *= beta2
    s += begun * (1 - beta2) * turned * turned
    m_hat = left_axes.T @ m @ right_axes / (1 - beta1 ** (t - begun))
    s_hat = s / (1 - beta2 ** (t - begun))
    step = m_hat / (s_hat**0.5 + eps + (1 - begun))
    p *= 1 - begun * lr * weight_decay
    p -= lr * left_axes @ step @ right_axes.T
    left *= beta2
    left += (1 - beta2) * g @ g.T
    right *= beta2
    right += (1 - beta2) * g.T @ g
    left_axes[:] = axes(left, left_axes, t)
    right_axes[:] = axes(right, right_axes, t)
    return p, m, s, left, right, left_axes, right_axes
