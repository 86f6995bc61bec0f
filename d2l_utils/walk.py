"""The walk of a rule down an objective, the noise of the gradients on the way, and vectors without NumPy.

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


class Vector:
    """Numbers, or rows of numbers, that can do what a rule for vectors asks of an array.

    Parameters
    ----------
    items : sequence
        Numbers, or sequences of numbers, which become rows.

    Examples
    --------
    >>> a, H = Vector([3.0, 4.0]), Vector([[2.0, 0.0], [0.0, 1.0]])
    >>> a @ a, list(H @ a), list(2 * a - a / 2)
    (25.0, [6.0, 4.0], [4.5, 6.0])
    """

    def __init__(self, items):
        self.items = [each if isinstance(each, (int, float, Vector)) else Vector(each) for each in items]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]

    def __setitem__(self, i, value):
        self.items[i] = value

    def __add__(self, other):
        return Vector([a + b for a, b in zip(self.items, other)])  # noqa: B905  not in MicroPython

    def __sub__(self, other):
        return Vector([a - b for a, b in zip(self.items, other)])  # noqa: B905

    def __mul__(self, number):
        return Vector([number * a for a in self.items])

    __rmul__ = __mul__

    def __truediv__(self, number):
        return Vector([a / number for a in self.items])

    def __matmul__(self, other):
        if isinstance(self.items[0], Vector):
            return Vector([row @ other for row in self.items])
        return sum([a * b for a, b in zip(self.items, other)])  # noqa: B905


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


def walk_whole(rule, state, arguments, objective, start, noise=0.0, draws=None):
    """Yield the points that a rule visits which takes the whole point, as a `Vector`, and the loss.

    Parameters
    ----------
    rule : callable
        One of :mod:`d2l_utils.rules` that takes a loss.
    state : sequence
        What each slot of the rule's state is at first: numbers, or rows of numbers. It is not changed.
    arguments, start, noise, draws
        As in `walk`. The noise is in the gradient that the rule is given, and not in its loss.
    objective : Objective
        What is walked down.

    Yields
    ------
    list
        The current coordinates.
    """

    def loss(x):
        return objective.value(*x.items), Vector(objective.gradient(*x.items))

    p, state = Vector(start), tuple([Vector(slot) for slot in state])
    yield p.items
    for args in arguments:
        g = objective.gradient(*p.items)
        if noise:
            g = [partial + noise * draws.normal() for partial in g]
        given = state + tuple(args) + (loss,)
        new = rule(p, Vector(g), *given)
        p, state = (new[0], new[1:]) if state else (new, ())
        yield p.items
