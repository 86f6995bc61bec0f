"""The walk of a rule down an objective, and the noise of the gradients on the way.

Like :mod:`d2l_utils.objectives`, this module imports nothing: the published page runs it unchanged.
"""


class Noise:
    """Seeded random numbers that are the same in every Python, the reader's browser included.

    L'Ecuyer's combined generator (1988, "Efficient and portable combined random number generators",
    Communications of the ACM 31(6)). Its integers stay below 2⁵³, so floats hold them exactly.

    Parameters
    ----------
    seed : int
        0 or more. It is stirred with squares first, so that neighbouring seeds give independent streams.

    Examples
    --------
    >>> a, b = Noise(3), Noise(3)
    >>> a.uniform() == b.uniform()
    True
    """

    def __init__(self, seed=0):
        a, b = 1 + seed % 2147483562, 1 + seed // 2147483562 % 2147483398
        for _ in range(12):
            a = 40014 * (a + b * b) % 2147483563
            b = 40692 * (b + a * a) % 2147483399
        self.a, self.b = float(a or 1), float(b or 1)

    def uniform(self):
        """Return the next number, uniform in (0, 1)."""
        self.a = 40014.0 * self.a % 2147483563.0
        self.b = 40692.0 * self.b % 2147483399.0
        return ((self.a - self.b) % 2147483562.0 + 0.5) / 2147483562.0

    def normal(self):
        """Return the next number with mean 0, variance 1 and nearly a bell curve, always within ±6.

        The sum of twelve uniforms (Irwin 1927; Hall 1927): no logarithm or cosine, whose last digit
        differs between machines.
        """
        total = -6.0
        for _ in range(12):
            total += self.uniform()
        return total


def walk(rule, state, arguments, gradient, start, noise=0.0, draws=None):
    """Yield the points that a rule visits, from the start on: what `descend` does, and the browser runs.

    Parameters
    ----------
    rule : callable
        A function of :mod:`d2l_utils.rules`.
    state : list of tuple
        One tuple a coordinate: the initial values of the rule's state.
    arguments : iterable of tuple
        What the rule gets after its state, one tuple a step.
    gradient : callable
        ``gradient(*point)`` -> a sequence of new numbers, one a coordinate.
    start : sequence
        One number (or array, which is changed) a coordinate.
    noise : float
        Standard deviation σ of what is added to each partial derivative.
    draws : Noise, optional
        Where the noise comes from; not asked while ``noise`` is 0.

    Yields
    ------
    list
        The current coordinates. It is the same list each time: copy what you keep.
    """
    p, state = list(start), list(state)
    coordinates = range(len(p))
    yield p
    for args in arguments:
        g = gradient(*p)
        if noise:
            g = [partial + noise * draws.normal() for partial in g]
        for i in coordinates:
            if state[i]:
                new = rule(p[i], g[i], *state[i], *args)
                p[i], state[i] = new[0], new[1:]
            else:
                p[i] = rule(p[i], g[i], *args)
        yield p
