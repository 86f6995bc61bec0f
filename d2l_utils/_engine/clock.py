"""What a rule takes after its state: the settings, and ahead of them the step t where it wants one.

A class says so in its attribute ``clock``. This module imports nothing: the published page runs it in
MicroPython.
"""


def timed(clock, settings, t):
    """Return what a rule takes after its state on step ``t`` (1, 2, ...).

    Parameters
    ----------
    clock : str
        ``""``: the rule takes no t. ``"t"``: it does. ``"inf"``: it gets infinity, at which Adam corrects
        nothing. ``"eps_hat"``: it gets t, and an ε that stands before the correction of the third setting.
    settings : tuple
        The hyper-parameters in the rule's order.

    Examples
    --------
    >>> timed("t", (0.1, 0.9), 3)
    (3, 0.1, 0.9)
    """
    if clock == "":
        return settings
    if clock == "inf":
        return (float("inf"),) + settings  # noqa: RUF005  MicroPython has no (*a, b)
    if clock == "eps_hat":
        lr, beta1, beta2, eps = settings[:4]
        settings = (lr, beta1, beta2, eps / (1 - beta2**t) ** 0.5) + settings[4:]  # noqa: RUF005
    return (t,) + settings  # noqa: RUF005
