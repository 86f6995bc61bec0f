"""Known slips in the update rules: edits that turn a rule into one that people have really written.

One table serves three purposes: the buttons beside a live figure's editor, the labs in which a reader finds a
published bug, and the hints of an exercise, which runs each slip and looks for the one that walks like the
reader's rule. Like :mod:`d2l_utils.rules` it imports nothing, and the published page runs it in MicroPython.
"""


class Slip:
    """One way to get a rule wrong.

    Parameters
    ----------
    key : str
        Its name among the slips of a rule.
    hint : str
        What to tell somebody who made it.
    *edits : tuple of str
        Pairs of text, ``(right, wrong)``. Each right text occurs exactly once in the rule's source.
    button : str
        What a button that makes the edit says; empty where none is offered.

    Examples
    --------
    >>> Slip("climb", "Mind the sign.", ("p -= lr * g", "p += lr * g")).apply("    p -= lr * g")
    '    p += lr * g'
    """

    def __init__(self, key, hint, *edits, button=""):
        self.key = key
        self.hint = hint
        self.edits = edits
        self.button = button

    def __repr__(self):
        return "Slip(" + repr(self.key) + ")"

    def apply(self, source):
        """Return ``source`` with the slip in it, or None if the text to replace is not there just once."""
        for right, wrong in self.edits:
            if source.count(right) != 1:
                return None
            source = source.replace(right, wrong)
        return source


# Tuples are added up because MicroPython has no (*a, b).
# fmt: off
_SIGN = "The sign: against the gradient it goes downhill, along the gradient it climbs."
_NO_RATE = "The learning rate lr does not enter your step."


def _velocity(*position):
    """Return what goes wrong with a velocity; ``position`` is edited too where it repeats the gradient."""
    return (
        Slip("climb", _SIGN, ("v -= lr * g", "v += lr * g"), *position,
            button="Add the gradient instead of subtracting it"),
        Slip("forget",
            "Your velocity forgets the old velocity: keep the share momentum of v, then correct it.",
            ("v *= momentum", "v *= 0"), button="Forget the old velocity"),
        Slip("no-friction",
            "Your velocity keeps everything: it is not multiplied by momentum, so nothing brakes it.",
            ("v *= momentum", "v *= 1"), button="Take the friction away"),
        Slip("swapped", "You keep the share 1 − β of the velocity; it should be β.",
            ("v *= momentum", "v *= 1 - momentum")),
        Slip("average",
            "You have made a moving average. This rule's velocity adds lr * g in full, without 1 − β.",
            ("v -= lr * g", "v -= (1 - momentum) * lr * g"),
            button="Make v an average: weigh the gradient with 1 − β"),
    )


def _average(rho, s="s"):
    """Return what goes wrong with a moving average of squares whose decay is called ``rho``."""
    old, new = s + " *= " + rho, "(1 - " + rho + ") * g * g"
    return (
        Slip("inflate",
            "`" + s + " += " + rho + " * " + s + " + …` adds to the old value instead of replacing it, so "
            + s + " grows by the factor 1 + " + rho + " at each step and the steps die out. Multiply the old "
            + s + " by " + rho + " alone.", (old, s + " *= 1 + " + rho),
            button="Turn " + old + " into " + s + " *= 1 + " + rho
            + ", which is what the stray += of some notes does"),
        Slip("sum",
            "That is AdaGrad's sum, which never forgets: the old " + s + " keeps the share " + rho
            + ", the new square gets 1 - " + rho + ".", (old, s + " *= 1"), (new, "g * g"),
            button="Sum the squares, as AdaGrad does"),
        Slip("forget", "The average forgets: " + s + " must keep the share " + rho + " of its old value.",
            (old, s + " *= 0"), button="Forget the old " + s),
        Slip("keep-all",
            "The old " + s + " must shrink to the share " + rho + " before the new square comes in.",
            (old, s + " *= 1")),
        Slip("swapped",
            "The two shares are swapped: the old " + s + " keeps " + rho + ", the new square gets 1 - " + rho
            + ".", (old, s + " *= 1 - " + rho), (new, rho + " * g * g")),
        Slip("new-share",
            "The new square enters with its full weight. In an average it has the share 1 - " + rho + ".",
            (new, "g * g")),
        Slip("no-square", "The average needs the square of the gradient, g * g.", (new, new[:-4])),
    )


def _quotient(above, below):
    """Return what goes wrong with ``p -= lr * above / ((below + eps_root) ** 0.5 + eps)``."""
    inside = "(" + below + " + eps_root)"
    root = inside + " ** 0.5"
    return (
        Slip("climb", _SIGN, ("p -= lr", "p += lr"), button="Forget the minus sign"),
        Slip("no-rate", _NO_RATE, ("lr * " + above + " /", above + " /")),
        Slip("no-root", "The root is missing: you divide by the squares themselves.", (root, inside),
            button="Leave the root out"),
        Slip("eps-inside", "ε is under the root. Here it belongs outside: the root first, then + eps.",
            ("(" + root + " + eps)", "(" + below + " + eps) ** 0.5")),
        Slip("eps-on-weight",
            "ε is added to the weight and not to the root, for division binds more tightly than addition: "
            "put the whole denominator, root + eps, into parentheses.",
            ("(" + root + " + eps)", root + " + eps")),
        Slip("no-eps", "ε is missing from the denominator.", (root + " + eps", root)),
    )


_CORRECTIONS = (
    Slip("no-correction",
        "The bias correction is missing: the paper's Adam divides m by 1 - beta1**t and s by 1 - beta2**t.",
        ("m / (1 - beta1**t)", "m"), ("s / (1 - beta2**t)", "s"), button="Delete Adam's bias correction"),
    Slip("correct-m-only", "Only m is corrected for its start, not s.", ("s / (1 - beta2**t)", "s"),
        button="Correct m alone"),
    Slip("correct-s-only", "Only s is corrected for its start, not m.", ("m / (1 - beta1**t)", "m")),
    Slip("t-stands-still",
        "t stays 1 for ever, so both corrections stay at their first values. They have to fade as t grows.",
        ("    m *= beta1\n", "    t = 1\n    m *= beta1\n"),
        button="Never count t, as a well-known textbook's code does"),
    Slip("t-from-zero",
        "t is the number of the step, counted from 1. One less makes the first correction 1 - β⁰ = 0.",
        ("beta1**t", "beta1**(t - 1)"), ("beta2**t", "beta2**(t - 1)"), button="Count t from 0"),
    Slip("t-ahead", "The correction is one step ahead: step t divides by 1 - β to the power t, not t + 1.",
        ("beta1**t", "beta1**(t + 1)"), ("beta2**t", "beta2**(t + 1)")),
    Slip("betas-swapped", "beta1 belongs to m, the average of g; beta2 to s, the average of g².",
        ("m *= beta1", "m *= beta2"), ("(1 - beta1) * g", "(1 - beta2) * g"), ("s *= beta2", "s *= beta1"),
        ("(1 - beta2) * g * g", "(1 - beta1) * g * g"), ("(1 - beta1**t)", "(1 - beta2 ** t)"),
        ("(1 - beta2**t)", "(1 - beta1 ** t)"), button="Swap beta1 and beta2"),
    Slip("shares-swapped",
        "The two shares in m are swapped: the old m keeps beta1, the new gradient gets 1 - beta1.",
        ("m *= beta1", "m *= 1 - beta1"), ("(1 - beta1) * g", "beta1 * g")),
    Slip("no-square", "s averages the squares of the gradients, g * g.",
        ("(1 - beta2) * g * g", "(1 - beta2) * g")),
    Slip("no-memory",
        "Neither average remembers. The old m keeps the share beta1, the old s the share beta2.",
        ("m *= beta1", "m *= 0"), ("s *= beta2", "s *= 0"),
        button="Forget the old m and s: sign descent is left"),
    Slip("m-forgets", "m forgets: it must keep the share beta1 of its old value.", ("m *= beta1", "m *= 0")),
    Slip("s-forgets", "s forgets: it must keep the share beta2 of its old value.", ("s *= beta2", "s *= 0")),
    Slip("gradient-above",
        "Above the fraction stands m_hat, the average of the gradients, not the last gradient.",
        ("lr * m_hat", "lr * g"), button="Put the last gradient in the place of its average: RMSProp"),
    Slip("m-full-gradient", "In m the new gradient has the share 1 - beta1.", ("(1 - beta1) * g", "g")),
    Slip("s-full-square", "In s the new square has the share 1 - beta2.", ("(1 - beta2) * g * g", "g * g")),
)


SLIPS = {
    "sgd": (
        Slip("climb", _SIGN, ("p -= lr * g", "p += lr * g"), button="Forget the minus sign"),
        Slip("no-rate", _NO_RATE, ("lr * g", "g")),
        Slip("sign", "Your step has the length lr whatever the slope is: you took the sign of g, not g.",
            ("lr * g", "lr * ((g > 0) - (g < 0))"), button="Use only the sign of the gradient"),
    ),
    "running_mean": (
        Slip("climb", "The sign: p - a points away from the example, and p is to come closer.",
            ("p -= g / t", "p += g / t"), button="Forget the minus sign"),
        Slip("last", "Without 1/t each example pushes the others out: p is the last one, not the mean.",
            ("g / t", "g")),
        Slip("constant", "At a constant rate p forgets: old examples fade. A mean weighs all alike, by 1/t.",
            ("g / t", "g / 2")),
        Slip("late", "The first step must wipe out the start: t begins with 1, so divide by t itself.",
            ("g / t", "g / (t + 1)")),
        Slip("root", "1/√t falls too slowly: the last examples weigh more than the first.",
            ("g / t", "g / t ** 0.5")),
        Slip("double", "The gradient of (p − a)²/2 is p - a; the ½ takes the 2 away.",
            ("g = p - a", "g = 2 * (p - a)")),
    ),
    "minibatch_sgd": (
        Slip("climb", _SIGN, ("p -= lr", "p += lr"), button="Forget the minus sign"),
        Slip("no-rate", _NO_RATE, ("lr * g", "g")),
        Slip("sum", "You step along the sum: with twice the batch the step is twice as long. Take the mean.",
            ("g /= batch_size", "g /= 1"), button="Step along the sum"),
        Slip("twice",
            "g is a mean already, and you divide it by batch_size once more: the rate is lr / batch_size.",
            ("lr * g", "lr * g / batch_size")),
        Slip("root", "It is the standard error that falls with √B. A mean divides by B.",
            ("g /= batch_size", "g /= batch_size ** 0.5")),
    ),
    "momentum": _velocity() + (  # noqa: RUF005
        Slip("no-rate", _NO_RATE, ("v -= lr * g", "v -= g")),
        Slip("two-rates", "The learning rate enters twice: it is in v already, so p moves by v itself.",
            ("p += v", "p += lr * v")),
        Slip("late", "You move p by the old velocity: correct v first, then move p by the new one.",
            ("    p += v\n", ""), ("    v *= momentum\n", "    p += v\n    v *= momentum\n"),
            button="Move p first and update v afterwards"),
        Slip("backwards", "v points downhill already, for it holds −lr * g: p moves by + v.",
            ("p += v", "p -= v")),
        Slip("lr-outside",
            "That is PyTorch's form, which leaves lr outside of v. At a constant rate its path is the same. "
            "But the v of this rule holds −lr * g, and p moves by v itself.", ("v -= lr * g", "v += g"),
            ("p += v", "p -= lr * v")),
    ),
    "momentum_lr_outside": (
        Slip("climb", _SIGN, ("p -= lr * v", "p += lr * v"), button="Forget the minus sign"),
        Slip("forget", "Your velocity forgets the old velocity: keep the share momentum of v, then add g.",
            ("v *= momentum", "v *= 0"), button="Forget the old velocity"),
        Slip("no-friction", "Your velocity keeps everything: nothing brakes it.",
            ("v *= momentum", "v *= 1")),
        Slip("no-rate", _NO_RATE, ("p -= lr * v", "p -= v")),
        Slip("lr-inside",
            "That is the form of Keras, which holds lr in v. At a constant rate its path is the same, but "
            "this v collects g itself and lr multiplies all of v.", ("v += g", "v -= lr * g"),
            ("p -= lr * v", "p += v")),
        Slip("average",
            "With 1 - momentum before g you have made an average, which PyTorch calls dampening. Its default "
            "is 0: g enters in full.", ("v += g", "v += (1 - momentum) * g"),
            button="Make v an average, as dampening does"),
        Slip("gradient-only", "p moves by lr * g: the velocity does not enter the step.",
            ("p -= lr * v", "p -= lr * g")),
    ),
    "nesterov": _velocity(("p += momentum * v - lr * g", "p += momentum * v + lr * g")) + (  # noqa: RUF005
        Slip("no-rate", _NO_RATE, ("v -= lr * g", "v -= g"), ("momentum * v - lr * g", "momentum * v - g")),
        Slip("heavy-ball",
            "You move p by v: that is plain momentum. Nesterov's p looks ahead, by momentum * v - lr * g.",
            ("p += momentum * v - lr * g", "p += v"), button="Move p by v, as plain momentum does"),
        Slip("too-new",
            "momentum * momentum * v - (1 + momentum) * lr * g is right for the v before this step; here "
            "v is new already.",
            ("momentum * v - lr * g", "momentum * momentum * v - (1 + momentum) * lr * g")),
        Slip("no-gradient", "p moves by momentum * v alone; the gradient's own step, - lr * g, is missing.",
            ("p += momentum * v - lr * g", "p += momentum * v")),
        Slip("full-velocity", "The look-ahead takes the share momentum of the new v, not all of it.",
            ("p += momentum * v", "p += v")),
    ),
    "nesterov_lr_outside": (
        Slip("climb", _SIGN, ("p -= lr", "p += lr"), button="Forget the minus sign"),
        Slip("heavy-ball",
            "You move p by v: that is plain momentum. Nesterov's p looks ahead, by g + momentum * v.",
            ("(g + momentum * v)", "v"), button="Move p by v, as plain momentum does"),
    ),
    "adagrad": _quotient("g", "s") + (  # noqa: RUF005
        Slip("last-square",
            "s keeps only the last square. AdaGrad sums all of them: add to s, do not replace it.",
            ("s += g * g", "s = g * g"), button="Keep only the last square: s = g * g"),
        Slip("no-square", "s sums the squares of the gradients, g * g.", ("s += g * g", "s += g")),
        Slip("size", "s sums squares, not sizes.", ("s += g * g", "s += abs(g)")),
        Slip("mean",
            "You divide by the root of the mean of the squares. AdaGrad divides by the root of their sum: "
            "the growing sum makes its steps shorter.", ("s, lr", "s, t, lr"),
            ("(s + eps_root)", "(s / t + eps_root)")),
        Slip("late", "You divide by the old sum: add the new square to s first.", ("    s += g * g\n", ""),
            ("    return", "    s += g * g\n    return")),
    ),
    "rmsprop": _average("rho") + _quotient("g", "s"),
    "adadelta": _average("rho") + (  # noqa: RUF005
        Slip("climb", _SIGN, ("p -= lr", "p += lr"), button="Forget the minus sign"),
        Slip("no-rate", _NO_RATE, ("p -= lr * step", "p -= step")),
        Slip("no-units",
            "The root of u + eps is missing above: without it the step does not have the units of p.",
            ("(u + eps) ** 0.5 / (s", "1 / (s"), button="Leave out the root of u, which carries the units"),
        Slip("upside-down", "The quotient stands on its head: the root of u is above, the root of s below.",
            ("(u + eps) ** 0.5 / (s + eps) ** 0.5", "(s + eps) ** 0.5 / (u + eps) ** 0.5")),
        Slip("no-push", "Without ε above the first step is 0, and so are all that follow: u starts at 0.",
            ("(u + eps)", "u"), button="Take ε out of the numerator: nothing ever moves"),
        Slip("squares-in-u", "u averages the squares of the steps, not those of the gradients.",
            ("(1 - rho) * step * step", "(1 - rho) * g * g"), button="Average g² in u instead of step²"),
        Slip("u-frozen", "u never changes: it is to average the squares of the steps.",
            ("    u *= rho\n    u += (1 - rho) * step * step\n", ""), button="Never update u"),
        Slip("swapped-u", "The shares in u are swapped.", ("u *= rho", "u *= 1 - rho"),
            ("(1 - rho) * step", "rho * step")),
    ),
    "adam": _CORRECTIONS + _quotient("m_hat", "s_hat"),
    "amsgrad": (
        Slip("climb", _SIGN, ("p -= lr", "p += lr"), button="Forget the minus sign"),
        Slip("adam", "You divide by s itself: that is Adam. AMSGrad divides by the largest s so far.",
            ("s_hat = s_max", "s_hat = s"), button="Divide by s, as Adam does, and not by the largest s"),
    ),
    "adamw": (
        Slip("grow", "The decay has the wrong sign: p grows.", ("1 - lr", "1 + lr"),
            button="Let p grow instead of shrink"),
        Slip("apart", "That is the paper's form, where the decay stands apart from the learning rate.",
            ("lr * weight_decay", "weight_decay"), button="Take lr out of the decay, as in the paper"),
    ),
}
