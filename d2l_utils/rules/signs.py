"""The sign of a number, and the rules that keep nothing else of one."""


def sign(x):
    """Return 1 where x is above 0, −1 where it is below, and 0 at 0; in the dtype of x."""
    return x / (abs(x) + (abs(x) <= 0))


def lion(p, g, m, lr, beta1, beta2, weight_decay):
    """Step by the sign of an average that g leans on (Chen et al. 2023)."""
    p *= 1 - lr * weight_decay
    p -= lr * sign(beta1 * m + (1 - beta1) * g)
    m *= beta2
    m += (1 - beta2) * g
    return p, m


def yogi(p, g, m, s, t, lr, beta1, beta2, eps):
    """Adam whose s takes steps of the size of g², up or down (Zaheer et al. 2018)."""
    m *= beta1
    m += (1 - beta1) * g
    s -= (1 - beta2) * sign(s - g * g) * g * g
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    p -= lr * m_hat / (s_hat**0.5 + eps)
    return p, m, s
