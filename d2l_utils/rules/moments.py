"""Adam and its kin: an average of the gradient, divided by the root of an average of its square."""


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


def adamax(p, g, m, g_max, t, lr, beta1, beta2, eps, eps_max):
    """Divide by the largest size of g so far, which fades (Kingma & Ba 2015)."""
    m *= beta1
    m += (1 - beta1) * g
    size = abs(g) + eps_max
    g_max *= beta2
    kept = g_max > size
    g_max *= kept
    g_max += size * (1 - kept)
    m_hat = m / (1 - beta1**t)
    p -= lr * m_hat / (g_max + eps)
    return p, m, g_max


def radam(p, g, m, s, t, lr, beta1, beta2, eps, eps_root, threshold):
    """Adam that divides by s only once it averages enough of g² (Liu et al. 2020)."""
    length_end = 2 / (1 - beta2) - 1
    length = length_end - 2 * t * beta2**t / (1 - beta2**t)
    enough = (length > threshold) * (length > 4)
    rectifier = enough * (length - 4) * (length - 2) * length_end
    rectifier /= enough * (length_end - 4) * (length_end - 2) * length + (1 - enough)
    m *= beta1
    m += (1 - beta1) * g
    s *= beta2
    s += (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    m_hat *= rectifier**0.5 + (1 - enough)
    p -= lr * (1 - enough) * m_hat
    s_hat = s / (1 - beta2**t)
    p -= lr * enough * m_hat / ((s_hat + eps_root) ** 0.5 + eps + (1 - enough))
    return p, m, s
