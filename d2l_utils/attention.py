"""A language model with one head of attention, and its gradient by hand: as small as they come."""

from __future__ import annotations

from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils.models import Params, SoftmaxRegression

__all__ = ["AttentionModel"]


class AttentionModel(SoftmaxRegression):
    """Guess the next word from the last few, with one head of attention, then softmax and cross-entropy.

    Each word of the context becomes the vector h = E[word] + P[place]. The last one asks: its query is
    compared with the key of each, the softmax of these scores (divided by √d) says how much of each is taken,
    and what is taken goes through ``Wv`` and is added to the last word's vector. ``U`` turns the sum into a
    score for each word. Layers of this kind, with normalisation and more heads, make a transformer.

    Parameters
    ----------
    num_words : int
        V, the size of the vocabulary.
    context : int
        c, how many words are read.
    dim : int
        d, the length of a word's vector.
    rng : numpy.random.Generator
        Draws the initial weights, normal with variance 1/d.
    dtype : dtype
        Of the parameters.

    Attributes
    ----------
    params : dict of str to ndarray
        ``E`` (V, d) and ``P`` (c, d), the vectors of words and places; ``Wq, Wk, Wv`` (d, d) for queries,
        keys and values; ``U`` (d, V).

    Raises
    ------
    TypeError, ValueError
        If a size is not a whole number of 1 or more; later, if x does not hold c word numbers a row.

    References
    ----------
    Vaswani et al. 2017, "Attention Is All You Need", equation 1.

    Examples
    --------
    >>> import numpy as np
    >>> model = AttentionModel(5, 3, 4, rng=np.random.default_rng(0))
    >>> x, t = np.array([[0, 1, 2], [1, 2, 3]]), np.array([3, 4])
    >>> loss, gradient = model.loss_and_gradient(x, t)
    >>> {name: grad.shape for name, grad in gradient.items()}
    {'E': (5, 4), 'P': (3, 4), 'Wq': (4, 4), 'Wk': (4, 4), 'Wv': (4, 4), 'U': (4, 5)}
    """

    def __init__(
        self, num_words: int, context: int, dim: int, *, rng: np.random.Generator, dtype: Any = np.float64
    ) -> None:
        sizes = {"num_words": num_words, "context": context, "dim": dim}
        V, c, d = (checks.whole_number(name, size, low=1) for name, size in sizes.items())
        checks.generator(rng)
        self.num_inputs, self.num_outputs, self.weight_decay = c, V, 0.0
        shapes = {"E": (V, d), "P": (c, d), "Wq": (d, d), "Wk": (d, d), "Wv": (d, d), "U": (d, V)}
        self.params = {
            name: (rng.normal(size=shape) / np.sqrt(d)).astype(dtype) for name, shape in shapes.items()
        }

    def _checked(self, x: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x, t = super()._checked(x, t)
        if x.dtype.kind not in "iu" or x.min() < 0 or x.max() >= self.num_outputs:
            raise ValueError(f"x must hold word numbers from 0 to {self.num_outputs - 1}; got {x}")
        return x, t

    def _forward(self, x: np.ndarray) -> tuple[np.ndarray, Any]:
        p = self.params
        h = p["E"][x] + p["P"]
        last = h[:, -1]
        query = last @ p["Wq"]
        # query · (h Wk) = (query Wkᵀ) · h: the keys are never made
        asks = query @ p["Wk"].T / np.sqrt(h.shape[2], dtype=h.dtype)
        scores = np.einsum("nd,ncd->nc", asks, h)
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        taken = np.einsum("nc,ncd->nd", share, h)
        z = last + taken @ p["Wv"]
        return z @ p["U"], (x, h, query, asks, share, taken, z)

    def _backward(self, x: np.ndarray, hidden: Any, error: np.ndarray) -> Params:
        p, (x, h, query, asks, share, taken, z) = self.params, hidden
        to_z = error @ p["U"].T
        to_taken = to_z @ p["Wv"].T
        to_share = np.einsum("nd,ncd->nc", to_taken, h)
        to_scores = share * (to_share - np.sum(share * to_share, axis=1, keepdims=True))
        to_asks = np.einsum("nc,ncd->nd", to_scores, h) / np.sqrt(h.shape[2], dtype=h.dtype)
        to_query = to_asks @ p["Wk"]
        to_h = share[:, :, None] * to_taken[:, None] + to_scores[:, :, None] * asks[:, None]
        to_h[:, -1] += to_z + to_query @ p["Wq"].T
        return {
            "E": _added_up(to_h, x, len(p["E"])),
            "P": to_h.sum(axis=0),
            "Wq": h[:, -1].T @ to_query,
            "Wk": to_asks.T @ query,
            "Wv": taken.T @ to_z,
            "U": z.T @ error,
        }


def _added_up(parts: np.ndarray, x: np.ndarray, num_words: int) -> np.ndarray:
    """Return for each word the sum of the parts at its places, shape (V, d)."""
    order = np.argsort(x, axis=None, kind="stable")
    words, starts = np.unique(x.ravel()[order], return_index=True)
    total = np.zeros((num_words, parts.shape[2]), parts.dtype)
    total[words] = np.add.reduceat(parts.reshape(-1, parts.shape[2])[order], starts, axis=0)
    return total
