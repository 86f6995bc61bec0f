"""What every optimizer of the parity table descends, the walk down it, and how two paths are compared."""

import numpy as np

STEPS = 25
DROP = 12  # updates before a falling rate is divided by 8
RECORDED = (1, 2, DROP + 1, STEPS)  # the steps that the fixtures hold; a live comparison takes all
SEED = 20
SCALES = (1.0, 1e-4)  # of the gradients; at the second ε weighs in everywhere
RTOL = 1e-10
EPS = 2**-27  # about 7.5e-9, exact in binary
START = np.array([0.0, 0.0, 0.0, 0.0, 0.3, -2.0, 1.0, -0.75])
HESSIAN = np.array([[2.0, 0.9], [0.9, 1.0]])
CURVED = np.diag([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1.0, -3.0]) + np.eye(8, k=1) / 2 + np.eye(8, k=-1) / 2
PULL = np.cos(np.arange(8.0))


def given_gradients():
    """Return the gradients of the first six coordinates, shape (STEPS, 6), whatever the parameters are."""
    normal = np.random.default_rng(SEED).normal(size=(STEPS, 6))
    t = np.arange(STEPS)
    return np.stack(
        [
            normal[:, 0],
            (-1.0) ** t * (1 + normal[:, 1] ** 2),  # changes sign at every step
            np.where(t % 4 == 2, normal[:, 2], 0.0),  # rare, and zero at first
            1e-9 * normal[:, 3],  # tiny: ε decides
            np.where(t < 8, 1e6, 1.0) * normal[:, 4],  # large, then forgotten
            np.ones(STEPS),  # constant
        ],
        axis=1,
    )


def gradient(p, t, scale):
    """Return the gradient at ``p`` on step ``t`` = 1, 2, ...: six given entries and a quadratic's two."""
    return scale * np.concatenate([given_gradients()[t - 1], HESSIAN @ p[6:]])


def smooth(p, scale):
    """Return the loss that rules of a whole vector go down, and its gradient: at first it curves down too."""
    value = p @ CURVED @ p / 2 - PULL @ p + (p**4).sum() / 4
    return scale * value, scale * (CURVED @ p - PULL + p**3)


def falling(lr):
    """Return the schedule of the table: ``lr``, and an eighth of it after DROP updates."""
    return lambda t: lr if t < DROP else lr / 8


def walk(step, scale, start=START):
    """Return the points after each step, shape (STEPS, 8), of ``step(p, g, t)``, which returns the new p."""
    p, points = start.copy(), []
    for t in range(1, STEPS + 1):
        p = step(p, gradient(p, t, scale), t)
        points.append(np.array(p, dtype=float))
    return np.array(points)


def recorded(path):
    """Return the points of a path that the fixtures hold, shape (len(RECORDED), 8)."""
    return path[np.array(RECORDED) - 1]


def difference(path, expected, shape=START.shape):
    """Return the largest difference of two paths, relative to each coordinate's largest value so far.

    ``expected`` may hold the recorded points only. Where the coordinates are a matrix, ``shape`` says so: its
    rule adds all of them up, and so the difference is relative to the largest of all.
    """
    size = np.maximum.accumulate(np.abs([START, *path]), axis=0)[1:]
    if len(shape) > 1:
        size = np.broadcast_to(size.max(axis=1, keepdims=True), size.shape)
    if len(expected) == len(RECORDED):
        path, size = recorded(path), recorded(size)
    apart = np.abs(path - expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(apart == 0, 0.0, apart / size)
    return float(np.where(np.isnan(relative), np.inf, relative).max())
