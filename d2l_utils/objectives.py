"""Toy objectives with their gradients, for figures and tests to walk down.

Like :mod:`d2l_utils.rules`, this module imports nothing and writes products instead of powers: the
published page runs it unchanged in MicroPython. Values and gradients take one argument a coordinate, each a
float or an array (all of one shape), so that ``bowl.value(X, Y)`` also fills a grid for a contour plot.
"""


class Objective:
    """A function to minimise, with what a figure and a test must know about it.

    Parameters
    ----------
    name : str
        What a menu shows.
    formula : str
        The function in LaTeX, without dollar signs.
    value : callable
        ``value(x, y, ...)`` -> float, or an array where the coordinates are arrays.
    gradient : callable
        ``gradient(x, y, ...)`` -> tuple with one partial derivative a coordinate.
    minima : tuple of tuple of float
        Every global minimum; empty where there is none.
    window : tuple of tuple of float
        ``((low, high), ...)``, one pair a coordinate: what a figure shows.
    start : tuple of float
        A starting point from which the objective shows its character.
    eigenvalues : tuple of float, optional
        The Hessian's eigenvalues where it is constant (a quadratic), else None.

    Examples
    --------
    >>> bowl.value(-7.0, 2.0), bowl.gradient(-7.0, 2.0)
    (6.45, (-0.7, 4.0))
    """

    def __init__(self, name, formula, value, gradient, minima, window, start, eigenvalues=None):
        self.name = name
        self.formula = formula
        self.value = value
        self.gradient = gradient
        self.minima = minima
        self.window = window
        self.start = start
        self.eigenvalues = eigenvalues

    def __repr__(self):
        return "Objective(" + repr(self.name) + ")"


def quadratic(eigenvalues, rotation=None, name="quadratic", window=None, start=None):
    """Make the quadratic ½ Σ λᵢ xᵢ² with chosen curvatures, turned in the plane on request.

    Parameters
    ----------
    eigenvalues : tuple of float
        Curvature λᵢ along each axis; their ratio is the condition number.
    rotation : tuple of float, optional
        ``(cos θ, sin θ)`` turns a two-dimensional quadratic by θ. The pair must lie on the unit circle.
    name : str
        What a menu shows.
    window, start : tuple, optional
        As in `Objective`; the default window is ±4 a coordinate, the default start 3 in each.

    Returns
    -------
    Objective

    Raises
    ------
    ValueError
        If the rotation is not on the unit circle, or is given for other than two coordinates.

    Examples
    --------
    >>> quadratic((1.0, 10.0)).gradient(3.0, 1.0)
    (3.0, 10.0)
    """
    lambdas = tuple(eigenvalues)
    n = len(lambdas)

    def value(*x):
        return sum(lambdas[i] * x[i] * x[i] for i in range(n)) / 2

    def gradient(*x):
        return tuple(lambdas[i] * x[i] for i in range(n))

    if rotation is not None:
        value, gradient = _rotated(lambdas, rotation)
    return Objective(
        name,
        r"\tfrac12 \mathbf{x}^\top \mathbf{A}\, \mathbf{x}",
        value,
        gradient,
        ((0.0,) * n,),
        window or ((-4.0, 4.0),) * n,
        start or (3.0,) * n,
        lambdas,
    )


def _rotated(lambdas, rotation):
    c, s = rotation
    if len(lambdas) != 2 or abs(c * c + s * s - 1) > 1e-9:
        expected = "rotation needs two eigenvalues and (cos θ, sin θ) on the unit circle; got "
        raise ValueError(expected + repr(lambdas) + " and " + repr(rotation))
    a = lambdas[0] * c * c + lambdas[1] * s * s
    b = (lambdas[0] - lambdas[1]) * c * s
    d = lambdas[0] * s * s + lambdas[1] * c * c
    return (
        lambda x, y: (a * x * x + 2 * b * x * y + d * y * y) / 2,
        lambda x, y: (a * x + b * y, b * x + d * y),
    )


parabola = Objective(
    "parabola",
    "x^2",
    lambda x: x * x,
    lambda x: (2 * x,),
    ((0.0,),),
    ((-11.0, 11.0),),
    (10.0,),
    (2.0,),
)
bowl = Objective(
    "bowl",
    r"x^2/20 + y^2",
    lambda x, y: x * x / 20 + y * y,
    lambda x, y: (x / 10, 2 * y),
    ((0.0, 0.0),),
    ((-8.0, 8.0), (-3.0, 3.0)),
    (-7.0, 2.0),
    (0.1, 2.0),
)
rotated_bowl = quadratic((0.1, 2.0), (0.8, 0.6), "rotated bowl", ((-8.0, 8.0), (-6.0, 6.0)), (-7.0, -2.0))
narrow_valley = quadratic((0.02, 2.0), None, "narrow valley", ((-8.0, 8.0), (-3.0, 3.0)), (-7.0, 2.0))


def _rosenbrock(x, y):
    a, b = 1 - x, y - x * x
    return a * a + 100 * b * b


def _rosenbrock_gradient(x, y):
    b = y - x * x
    return -2 * (1 - x) - 400 * x * b, 200 * b


rosenbrock = Objective(
    "Rosenbrock's valley",
    "(1 - x)^2 + 100\\,(y - x^2)^2",
    _rosenbrock,
    _rosenbrock_gradient,
    ((1.0, 1.0),),
    ((-2.0, 2.0), (-1.0, 3.0)),
    (-1.2, 1.0),
)


def _beale(x, y):
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
    return a * a + b * b + c * c


def _beale_gradient(x, y):
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
    return (
        2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)),
        2 * x * (a + 2 * b * y + 3 * c * y * y),
    )


beale = Objective(
    "Beale's function",
    "(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    _beale,
    _beale_gradient,
    ((3.0, 0.5),),
    ((-4.5, 4.5), (-4.5, 4.5)),
    (1.0, 1.5),
)


def _himmelblau(x, y):
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


def _himmelblau_gradient(x, y):
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


himmelblau = Objective(
    "Himmelblau's function",
    "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    _himmelblau,
    _himmelblau_gradient,
    (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    ),
    ((-6.0, 6.0), (-6.0, 6.0)),
    (-0.5, -1.0),
)
saddle = Objective(
    "saddle",
    "x^2 - y^2",
    lambda x, y: x * x - y * y,
    lambda x, y: (2 * x, -2 * y),
    (),
    ((-3.0, 3.0), (-3.0, 3.0)),
    (-2.5, 0.01),
    (-2.0, 2.0),
)
double_well = Objective(
    "double well",
    r"\tfrac14 (x^2 - 1)^2 + \tfrac12 y^2 + \tfrac1{10}x",
    lambda x, y: (x * x - 1) * (x * x - 1) / 4 + y * y / 2 + x / 10,
    lambda x, y: (x * (x * x - 1) + 0.1, 1.0 * y),
    ((-1.046680531804602, 0.0),),
    ((-2.0, 2.0), (-1.5, 1.5)),
    (1.9, 1.0),
)


# A parabola of curvature 1 within ±0.1, its tangents outside (Huber 1964). After 30 steps of gradient
# descent at the rate 1 from −6.1, no convex function of curvature up to 1 has kept more of its loss (Drori &
# Teboulle 2014).
def _clipped(x):
    return (abs(x + 0.1) - abs(x - 0.1)) / 2


trough = Objective(
    "Huber's trough",
    r"h(x) + \tfrac12 y^2",
    lambda x, y: _clipped(x) * (x - _clipped(x) / 2) + y * y / 2,
    lambda x, y: (_clipped(x), 1.0 * y),
    ((0.0, 0.0),),
    ((-8.0, 8.0), (-3.0, 3.0)),
    (-6.1, 2.0),
)


# A valley along y whose walls close in: the curvature across it, 1 + y²/2, is 5.5 at the minimum. Gradient
# descent at a rate above 2/5.5 swings where the curvature is 2/η, and is held there (Damian et al. 2023).
gorge = Objective(
    "gorge",
    r"\tfrac12\big(1 + \tfrac12 y^2\big) x^2 + \tfrac1{10}(y - 3)^2",
    lambda x, y: (1 + y * y / 2) * x * x / 2 + (y - 3) * (y - 3) / 10,
    lambda x, y: ((1 + y * y / 2) * x, y * x * x / 2 + (y - 3) / 5),
    ((0.0, 3.0),),
    ((-2.0, 2.0), (0.5, 3.5)),
    (0.6, 2.6),
)


# A network with two hidden units and a linear output on the four examples of exclusive or (target 1 where the
# inputs differ, else −1), on a plane: a solution and two random directions, each as long unit by unit as the
# solution's weights (Li et al. 2018), then scaled to length 1 and rounded. A row holds the weights of a unit
# and its bias; the last one is the output's.
def _squashed(z):
    return z / (1 + z * z) ** 0.5


_spread = 2 / (2 * _squashed(1.0) - _squashed(2.6) + _squashed(0.6))
XOR_SOLUTION = (0.8, 0.8, 1.0), (0.8, 0.8, -1.0), (_spread, -_spread, 1 - 2 * _spread * _squashed(1.0))
XOR_DIRECTIONS = (
    ((0.1, -0.28, -0.22), (-0.28, 0.21, 0.13), (-0.31, 0.74, 0.27)),
    ((-0.18, 0.32, -0.1), (-0.13, -0.31, 0.18), (-0.1, 0.56, -0.62)),
)
_EXAMPLES = (1, 1, -1), (1, -1, 1), (-1, 1, 1), (-1, -1, -1)


def _dot(row, i, j, k):
    return row[0] * i + row[1] * j + row[2] * k


def _xor_errors(x, y):
    """Yield inputs, units and error of each example, and what of the error goes back to each unit."""
    d, e = XOR_DIRECTIONS
    w = [[XOR_SOLUTION[n][k] + x * d[n][k] + y * e[n][k] for k in (0, 1, 2)] for n in (0, 1, 2)]
    for i, j, target in _EXAMPLES:
        z = [_dot(w[n], i, j, 1) for n in (0, 1)]
        s = [1 / (1 + z[n] * z[n]) ** 0.5 for n in (0, 1)]
        h = z[0] * s[0], z[1] * s[1], 1
        error = _dot(w[2], *h) - target
        yield (i, j, 1), h, error, [error * w[2][n] * s[n] * s[n] * s[n] for n in (0, 1)]


def _xor_slope(direction, x, y):
    return (
        sum(
            error * _dot(direction[2], *h) + sum(back[n] * _dot(direction[n], *inputs) for n in (0, 1))
            for inputs, h, error, back in _xor_errors(x, y)
        )
        / 4
    )


xor_plane = Objective(
    "network on a plane",
    r"L(w + x\,d + y\,e)",
    lambda x, y: sum(error * error for _, _, error, _ in _xor_errors(x, y)) / 8,
    lambda x, y: tuple([_xor_slope(direction, x, y) for direction in XOR_DIRECTIONS]),
    ((0.0, 0.0),),
    ((-6.0, 6.0), (-6.0, 6.0)),
    (5.0, 3.0),
)

ALL = (
    bowl,
    rotated_bowl,
    narrow_valley,
    rosenbrock,
    beale,
    himmelblau,
    saddle,
    double_well,
    trough,
    gorge,
    xor_plane,
)
