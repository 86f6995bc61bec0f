"""What the students of problem set 6 are given."""

import itertools

import numpy as np


def bowl(hessian):
    """Return the gradient of ½ p·H·p, a function of the point p."""
    hessian = np.asarray(hessian, dtype=float)

    def gradient(p):
        return hessian @ np.asarray(p, dtype=float)

    return gradient


def road(value, slope, bend, allowed, strange="", beyond=np.inf):
    """Return along(t) = value + slope t + bend t², which may be called ``allowed`` times.

    One call more raises RuntimeError. Where t > beyond, it returns what the text
    ``strange`` names: "nan", "inf" or "-inf".
    """
    left = [allowed]

    def along(t):
        if left[0] == 0:
            raise RuntimeError(f"the loss was paid for {allowed} times, and asked once more")
        left[0] -= 1
        return float(strange) if t > beyond else value + slope * t + bend * t * t

    return along


def orthogonal(matrix):
    """Return U Vᵀ for a matrix U S Vᵀ: its singular values become 1."""
    u, _, vt = np.linalg.svd(matrix, full_matrices=False)
    return u @ vt


def numbers(shape, seed):
    """Return an array of random numbers from 0.2 to 2, the same for the same seed."""
    return np.random.default_rng(seed).uniform(0.2, 2.0, shape)


def roof(planes):
    """Return loss(p), which returns the height of the highest plane over p, and its slope.

    planes: shape (n, 3); a row (a, b, c) is the plane a x + b y + c.
    """
    planes = np.array(planes, dtype=float)

    def loss(p):
        heights = planes[:, :2] @ p + planes[:, 2]
        highest = np.argmax(heights)
        return heights[highest], planes[highest, :2].copy()

    return loss


def lowest(planes):
    """Return the lowest height of a roof, -inf if it falls without end.

    The highest of all planes is at least any mean of them with weights of sum 1.
    Where the slopes of the mean cancel it is flat, and the highest of these flat
    means is the answer. Three planes are enough.
    """
    planes, found = np.array(planes, dtype=float), -np.inf
    for size in (1, 2, 3):
        for some in itertools.combinations(planes, size):
            flat = np.vstack([np.array(some).T[:2], np.ones(size)])
            weights = np.linalg.lstsq(flat, [0, 0, 1], rcond=None)[0]
            if weights.min() > -1e-9 and np.allclose(flat @ weights, [0, 0, 1]):
                found = max(found, weights @ np.array(some)[:, 2])
    return found


def plain_descent(loss, p, num_steps=2000):
    """Return the lowest value on the way of gradient descent, step t of the length 1/√t."""
    least = np.inf
    for t in range(1, num_steps + 1):
        value, g = loss(p)
        least = min(least, value)
        if not g.any():
            break
        p = p - g / np.linalg.norm(g) / t**0.5
    return least


STARTS, ASKS = 3, 14


class Trap:
    """One round of question 4: STARTS secret starts near (1, 3).

    ``ask(planes)`` returns the score, ASKS times at most. It is the share of the way
    down that L-BFGS leaves undone, as a mean over the starts, or 0 if gradient
    descent leaves more than 0.05 from any of them, or if the roof has no lowest
    point. ``ask`` raises ValueError if the planes are not as the question says.
    """

    arguments = ()

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self._starts = np.array([1.0, 3.0]) + rng.uniform(-0.5, 0.5, (STARTS, 2))
        self.left = ASKS

    def ask(self, planes):
        """Return the score of a roof."""
        if self.left == 0:
            raise RuntimeError(f"a roof was asked about {ASKS} times already")
        self.left -= 1
        return self.score(planes)

    def score(self, planes):
        """Return the score of a roof, uncounted."""
        shares = self.shares(planes)
        return float(shares[:, 0].mean()) if shares[:, 1].max() <= 0.05 else 0.0

    def shares(self, planes):
        """Return a row for each start: what L-BFGS leaves undone, what gradient descent does."""
        from d2l_utils.second_order import lbfgs  # the book's, as chapter 15 uses it

        planes = np.array(planes, dtype=float)
        if planes.ndim != 2 or planes.shape[1] != 3 or not 2 <= len(planes) <= 8:
            raise ValueError("planes must be 2 to 8 rows of three numbers")
        if not np.abs(planes).max() <= 100:
            raise ValueError("every number must lie between -100 and 100")
        steepness = np.hypot(planes[:, 0], planes[:, 1])
        if np.any((steepness > 0) & (steepness < 0.1)):
            raise ValueError("a plane is flat, or its slope is at least 0.1 long")
        loss, ground, found = roof(planes), lowest(planes), []
        for start in self._starts:
            height = loss(start)[0] - ground
            if not 0 < height < np.inf:
                return np.ones((STARTS, 2))
            run = lbfgs(loss, start, num_steps=200, tolerance=0.0)
            found.append([run.value - ground, plain_descent(loss, start) - ground])
            found[-1] = [share / height for share in found[-1]]
        return np.array(found)
