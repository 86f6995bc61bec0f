"""The sign of a number, for rules that keep nothing else of it."""


def sign(x):
    """Return 1 where x is above 0, −1 where it is below, and 0 at 0; in the dtype of x."""
    return x / (abs(x) + (abs(x) <= 0))
