"""What a published page asks of the book's Python; it runs in MicroPython there, and in the tests anywhere.

Numbers come in and go out as numbers. Whole ones arrive as integers, so each is made a float where the rules
expect one.
"""

try:
    from d2l_utils import objectives, rules
except ImportError:
    import objectives
    import rules

# A link may bring somebody else's rule, and MicroPython's modules reach into the browser.
REFUSED = ("import", "eval", "exec", "execfile", "compile", "open", "globals", "locals", "getattr", "setattr")
OBJECTIVES = {objective.name: objective for objective in objectives.ALL}
_defined = {}
_noise = {}


class _Replay:
    """The noise of a seed, drawn once and read again by each path: drawing is most of a path's cost."""

    def __init__(self, seed):
        if seed not in _noise:
            _noise.clear()
            _noise[seed] = (objectives.Noise(seed), [])
        self.source, self.drawn = _noise[seed]
        self.i = 0

    def normal(self):
        if self.i == len(self.drawn):
            self.drawn.append(self.source.normal())
        self.i += 1
        return self.drawn[self.i - 1]


def _arguments(step, settings, num_steps):
    """Yield what the rule gets after its state, as the optimizer's ``arguments`` would."""
    for t in range(1, num_steps + 1):
        ahead, rest = (t,), settings
        if step == "":
            ahead = ()
        elif step == "inf":
            ahead = (float("inf"),)
        elif step == "eps_hat":
            lr, beta1, beta2, eps = settings[:4]
            ahead, rest = (t, lr, beta1, beta2, eps / (1 - beta2**t) ** 0.5), settings[4:]
        yield ahead + rest


def path(rule, step, slots, settings, objective, start, num_steps, noise, seed):
    """Walk down an objective and return the path as one list: x, y, value, x, y, value, ...

    Parameters
    ----------
    rule : str
        A name in :mod:`d2l_utils.rules`, or one that `define` has defined.
    step : str
        What the rule takes as ``t``: ``""`` nothing, ``"t"`` the step, ``"inf"`` infinity; ``"eps_hat"`` the
        step and an ε that is added before the bias correction.
    slots : sequence of float
        Initial values of the rule's state.
    settings : sequence of float
        The hyper-parameters in the rule's order.
    objective : str
        The name of one of ``objectives.ALL``.
    start : sequence of float
        Two coordinates.
    num_steps : int
        How many steps; the path ends early where float arithmetic gives up.
    noise : float
        Standard deviation σ of the gradient's noise.
    seed : int
        Of the noise.
    """
    function = _defined[rule] if rule in _defined else getattr(rules, rule)
    chosen = OBJECTIVES[objective]
    state = tuple([float(value) for value in slots])
    arguments = _arguments(step, tuple([float(value) for value in settings]), int(num_steps))
    begin = [float(coordinate) for coordinate in start]
    points = objectives.walk(
        function, [state, state], arguments, chosen.gradient, begin, float(noise), _Replay(int(seed))
    )
    value = chosen.value
    result = []
    try:
        for x, y in points:
            result += (x, y, value(x, y))
    except (OverflowError, ZeroDivisionError):
        pass
    return result


def define(name, source):
    """Make a rule out of its source text, under a name that `path` then knows.

    The text may use the book's other rules, and of Python what arithmetic needs. Its last function counts.

    Raises
    ------
    SyntaxError, NameError, ...
        What Python says about the text; the traceback carries the line, in a file called ``<rule>``.
    ValueError
        If the text defines no function, or reaches for what is not arithmetic.
    """
    for word in _words(source):
        if word in REFUSED or "__" in word:
            raise ValueError("a rule is plain arithmetic; it cannot use " + word)
    namespace = {known: getattr(rules, known) for known in dir(rules) if known[0] != "_"}
    exec(compile(source, "<rule>", "exec"), namespace)
    names = [line[4:].split("(")[0].strip() for line in source.split("\n") if line.startswith("def ")]
    if not names:
        raise ValueError("the text must define a function: a line that begins with def")
    _defined[name] = _checked(namespace[names[-1]])
    return ""


def _words(source):
    """Return the names and numbers of a text, those in its comments included."""
    return "".join(
        [each if each == "_" or each.isalpha() or each.isdigit() else " " for each in source]
    ).split()


def _checked(function):
    """Let a rule of the reader's own say in words what is wrong with what it returns."""

    def rule(p, g, *rest):
        new = function(p, g, *rest)
        values = new if isinstance(new, tuple) else (new,)
        for value in values:
            if not isinstance(value, (int, float)):
                got = "None" if value is None else repr(value)
                raise ValueError("the rule must return numbers; it returned " + got)
        return new

    return rule
