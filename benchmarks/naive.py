"""Adam as beginners' books write it: a dict of arrays, a loop over the keys, a new array for every operation.

The form is that of *Deep Learning from Scratch* (Saitoh 2016); the arithmetic is Algorithm 1 of Kingma & Ba.
"""

import numpy as np


class NaiveAdam:
    """Adam with ``update(params, grads)``, in plain NumPy."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.iter, self.m, self.s = 0, None, None

    def update(self, params, grads):
        """Take one step, in place."""
        if self.m is None:
            self.m = {key: np.zeros_like(value) for key, value in params.items()}
            self.s = {key: np.zeros_like(value) for key, value in params.items()}
        self.iter += 1
        for key in params:
            self.m[key] = self.beta1 * self.m[key] + (1 - self.beta1) * grads[key]
            self.s[key] = self.beta2 * self.s[key] + (1 - self.beta2) * grads[key] ** 2
            m_hat = self.m[key] / (1 - self.beta1**self.iter)
            s_hat = self.s[key] / (1 - self.beta2**self.iter)
            params[key] -= self.lr * m_hat / (np.sqrt(s_hat) + self.eps)
