"""Rules that take all parameters as one vector and ask the loss elsewhere: Newton, BFGS and L-BFGS.

``loss(x)`` returns the value and the gradient at x. A vector is added to another, multiplied by a number, and
by another with ``@``; a matrix is a sequence of rows. Arrays of NumPy can do this, and so can the `Vector` of
:mod:`d2l_utils.walk` in the reader's browser. A point on a line is a tuple: step, value, slope, gradient.
"""


def newton(p, g, lr, damping, loss):
    """Step to where the parabola that fits here is flat (Newton)."""
    p -= lr * solved(damped(hessian(loss, p), damping), g)
    return p


def newton_guarded(p, g, lr, damping, loss):
    """Damp till the Hessian curves up, halve the step till the loss falls."""
    H = hessian(loss, p)
    d = -1 * solved(damped(H, enough(H, damping)), g)
    p += halved(loss, p, g, d, lr)
    return p


def bfgs(p, g, C, lr, loss):
    """Step along −C g, and let C learn the inverse of the Hessian."""
    d = -1 * (C @ g) if C[0][0] > 0 else -1 * g
    s, y = searched(loss, p, g, d, trial(lr, g, C[0][0] > 0))
    if curved(s, y):
        C = bfgs_update(begun(C, s, y), s, y)
    elif s @ s == 0:
        C *= 0.0
    p += s
    return p, C


def bfgs_update(C, s, y):
    """Change C as little as may be so that it sends y to s (BFGS 1970)."""
    sent, curvature = C @ y, s @ y
    w = (1 + y @ sent / curvature) / 2 * s - sent
    C += outer(s, w / curvature)
    C += outer(w / curvature, s)
    return C


def begun(C, s, y):
    """Let C begin as a multiple of the identity, of the size that a pair tells."""
    if C[0][0] > 0:
        return C
    for i in range(len(C)):
        C[i][i] += s @ y / (y @ y)
    return C


def lbfgs(p, g, S, Y, lr, loss):
    """Step as BFGS, with the last pairs for C (Liu & Nocedal 1989)."""
    d = -1 * two_loop(g, S, Y)
    s, y = searched(loss, p, g, d, trial(lr, g, curved(S[-1], Y[-1])))
    if curved(s, y):
        remember(S, s)
        remember(Y, y)
    elif s @ s == 0:
        forget(S)
    p += s
    return p, S, Y


def lbfgs_unsearched(p, g, S, Y, lr, loss):
    """Take L-BFGS's step without a search (PyTorch's default)."""
    s = -trial(lr, g, curved(S[-1], Y[-1])) * two_loop(g, S, Y)
    p += s
    y = loss(p)[1] - g
    if curved(s, y):
        remember(S, s)
        remember(Y, y)
    return p, S, Y


def two_loop(g, S, Y):
    """Return C g for the C that BFGS makes of these pairs, oldest first."""
    kept = [i for i in range(len(S)) if curved(S[i], Y[i])]
    shares = [0.0] * len(S)
    q = 1.0 * g
    for i in reversed(kept):
        shares[i] = S[i] @ q / (S[i] @ Y[i])
        q = q - shares[i] * Y[i]
    if kept:
        s, y = S[kept[-1]], Y[kept[-1]]
        q = s @ y / (y @ y) * q
    for i in kept:
        q = q + (shares[i] - Y[i] @ q / (S[i] @ Y[i])) * S[i]
    return q


def curved(s, y):
    """Tell whether the loss curves up along s; only then may C learn it."""
    return 0 < 2.2e-16 * (y @ y) < s @ y < float("inf")


def remember(rows, row):
    """Let the oldest row go and put a new one last."""
    for i in range(len(rows) - 1):
        rows[i] = rows[i + 1]
    rows[-1] = row


def forget(rows):
    """Set every row to zero."""
    for i in range(len(rows)):
        rows[i] = 0.0 * rows[i]


def trial(lr, g, is_known):
    """Return the first step to try; before a pair is known, a careful one."""
    return lr if is_known else lr / max(1.0, sum([abs(x) for x in g]))


def searched(loss, p, g, d, t):
    """Return the step along d, 0 if a search finds none, and the change of g."""
    start = 0.0, loss(p)[0], float(g @ d), g
    t, _, _, there = strong_wolfe(line(loss, p, d), start, t, 25, 1e-4, 0.9)
    return t * d if t else 0.0 * p, there - g


def halved(loss, p, g, d, t):
    """Return the step along d at which the loss has fallen, 0 if there is none."""
    start = 0.0, loss(p)[0], float(g @ d), g
    t, _, _, _ = backtracking(line(loss, p, d), start, t, 25, 1e-4)
    return t * d if t else 0.0 * p


def line(loss, p, d):
    """Return at(t), which gives step, value, slope and gradient at p + t d."""

    def at(t):
        value, g = loss(p + t * d)
        value, slope = float(value), float(g @ d)
        is_finite = value - value == 0 and slope - slope == 0
        return t, value if is_finite else float("inf"), slope, g

    return at


def promises(start, t):
    """Tell whether a step leads down, further than a point at rest can."""
    return -t * start[2] > 1e-30 * abs(start[1])


def fallen(here, start, c1):
    """Tell whether the loss fell by the share c1 of what its slope promises."""
    rounding = 1e-15 * abs(start[1])
    return here[1] <= start[1] + c1 * here[0] * start[2] + rounding


def backtracking(at, start, t, limit, c1):
    """Halve a step until the loss has fallen (Armijo 1966), or stay."""
    for _ in range(limit if promises(start, t) else 0):
        here = at(t)
        if fallen(here, start, c1):
            return here
        t = t / 2
    return start


def strong_wolfe(at, start, t, limit, c1, c2):
    """Return a point that has fallen and is flatter, by the share c2.

    The step doubles until there is a ``high``; then it is sought between
    that and ``low``, the lowest point so far, which is the answer at the
    limit too (Nocedal & Wright 2006, Algorithms 3.5 and 3.6).
    """
    low, high = start, None
    for _ in range(limit if promises(start, t) else 0):
        here = at(t)
        value, slope = here[1], here[2]
        if not fallen(here, start, c1):
            high = here
        elif abs(slope) <= -c2 * start[2]:
            return here
        elif value >= low[1]:
            high = here
        else:
            if slope * (high[0] - low[0] if high else 1.0) >= 0:
                high = low
            low = here
        t = between(low, high) if high else 2 * t
    return low


def between(low, high):
    """Return the lowest place of the cubic through two points, or the middle."""
    (a, value_a, slope_a, _), (b, value_b, slope_b, _) = low, high
    d1 = slope_a + slope_b - 3 * (value_a - value_b) / (a - b)
    square = d1 * d1 - slope_a * slope_b
    share = 0.5
    if square > 0:
        d2 = square**0.5 if b > a else -(square**0.5)
        rise = slope_b - slope_a + 2 * d2
        share = 1 - (slope_b + d2 - d1) / rise if rise else 0.5
    return a + (share if 0.1 <= share <= 0.9 else 0.5) * (b - a)


def hessian(loss, x):
    """Return the rows of the Hessian at x, each from two gradients."""
    return [hessian_product(loss, x, unit(x, i)) for i in range(len(x))]


def hessian_product(loss, x, v):
    """Return the Hessian at x times v, from a gradient on either side."""
    size = 1 + float(x @ x / len(x)) ** 0.5
    h = 1e-4 * size / float(v @ v) ** 0.5
    return (loss(x + h * v)[1] - loss(x - h * v)[1]) / (2 * h)


def unit(x, i):
    """Return the vector like x that is 1 at i and 0 elsewhere."""
    v = 0.0 * x
    v[i] += 1.0
    return v


def damped(H, damping):
    """Return H with the damping added along its diagonal."""
    return [row + damping * unit(row, i) for i, row in enumerate(H)]


def enough(H, damping):
    """Return a damping with which the Hessian curves up in every direction."""
    size = max([float(row @ row) ** 0.5 for row in H]) or 1.0
    more = 1e-3 * size
    while not positive_definite(damped(H, damping)) and more < 1e9 * size:
        damping, more = damping + more, 2 * more
    return damping


def positive_definite(A):
    """Tell whether every pivot is positive as the rows are eliminated."""
    A = list(A)
    for i in range(len(A)):
        if not A[i][i] > 0:
            return False
        for j in range(i + 1, len(A)):
            A[j] = A[j] - A[j][i] / A[i][i] * A[i]
    return True


def solved(A, b):
    """Return x with A x = b, by elimination with the largest pivot first."""
    A, x = list(A), 1.0 * b
    for i in range(len(A)):
        best = max(range(i, len(A)), key=lambda j: abs(A[j][i]))
        A[i], A[best], x[i], x[best] = A[best], A[i], x[best], x[i]
        if A[i][i] == 0:
            raise ZeroDivisionError("the Hessian is singular; damp it")
        for j in range(len(A)):
            if j != i:
                share = A[j][i] / A[i][i]
                A[j] = A[j] - share * A[i]
                x[j] -= share * x[i]
    for i in range(len(A)):
        x[i] /= A[i][i]
    return x


def outer(a, b):
    """Return the matrix with a number of a times b in each row."""
    return [x * b for x in a]
