"""What a published page asks of the book's Python; it runs in MicroPython there, and in the tests anywhere.

Numbers come in and go out as numbers. Whole ones arrive as integers, so each is made a float where the rules
expect one.
"""

try:
    from d2l_utils import objectives, rules
    from d2l_utils._engine.clock import timed
    from d2l_utils.walk import Noise, Vector, walk, walk_whole
    from d2l_utils.words import plural, say
except ImportError:
    import objectives
    import rules
    from clock import timed
    from walk import Noise, Vector, walk, walk_whole
    from words import plural, say

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
            _noise[seed] = (Noise(seed), [])
        self.source, self.drawn = _noise[seed]
        self.i = 0

    def normal(self):
        if self.i == len(self.drawn):
            self.drawn.append(self.source.normal())
        self.i += 1
        return self.drawn[self.i - 1]


def path(rule, kind, clock, slots, settings, objective, start, num_steps, noise, seed):
    """Walk down an objective and return the path as one list: x, y, value, x, y, value, ...

    Parameters
    ----------
    rule : str
        A name in :mod:`d2l_utils.rules`, or one that `define` has defined.
    kind : str
        "vector" if the rule takes the whole point, and the loss.
    clock : str
        What the rule takes as ``t``, as :func:`d2l_utils._engine.clock.timed` reads it.
    slots : sequence
        Initial values of the rule's state: numbers, or rows of numbers for one that takes the whole point.
    settings : sequence of float
        The hyper-parameters in the rule's order.
    objective : str
        The name of one of ``objectives.ALL``.
    start : sequence of float
        Two coordinates.
    num_steps : int
        How many steps; the path ends early where float arithmetic gives up. Where it divides by zero, one
        more number stands at its end, so that the page can say so.
    noise : float
        Standard deviation σ of the gradient's noise.
    seed : int
        Of the noise.
    """
    chosen, slots = OBJECTIVES[objective], list(slots)
    function = _checked(*_defined[rule], len(slots)) if rule in _defined else getattr(rules, rule)
    settings = tuple([float(value) for value in settings])
    arguments = (timed(clock, settings, t) for t in range(1, int(num_steps) + 1))
    begin = [float(coordinate) for coordinate in start]
    noise, draws = float(noise), _Replay(int(seed))
    if kind == "vector":
        points = walk_whole(function, slots, arguments, chosen, begin, noise, draws)
    else:
        state = tuple([float(value) for value in slots])
        points = walk(function, [state, state], arguments, chosen.gradient, begin, noise, draws)
    value = chosen.value
    result = []
    try:
        for x, y in points:
            result += (x, y, value(x, y))
    except OverflowError:
        pass
    except ZeroDivisionError:
        result.append(0.0)
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
            raise ValueError(say("a rule is plain arithmetic; it cannot use {word}", word=word))
    namespace = {known: getattr(rules, known) for known in dir(rules) if known[0] != "_"}
    exec(compile(source, "<rule>", "exec"), namespace)
    heads = [line[4:].split("(") for line in source.split("\n") if line.startswith("def ")]
    if not heads:
        raise ValueError(say("the text must define a function: a line that begins with def"))
    parameters = "".join(heads[-1][1:]).split(")")[0].split(",")
    _defined[name] = namespace[heads[-1][0].strip()], [each.strip() for each in parameters]
    return ""


def _words(source):
    """Return the names and numbers of a text, those in its comments included."""
    return "".join(
        [each if each == "_" or each.isalpha() or each.isdigit() else " " for each in source]
    ).split()


def _checked(function, parameters, slots):
    """Let a rule of the reader's own say in words what is wrong with what it returns.

    Parameters
    ----------
    function : callable
        The rule.
    parameters : list of str
        The names in its first line.
    slots : int
        How many numbers its state has.
    """
    wanted = "return " + ", ".join([parameters[0]] + parameters[2 : 2 + slots])  # noqa: RUF005  not in MicroPython

    def rule(p, g, *rest):
        new = function(p, g, *rest)
        if new is None:
            raise ValueError(say("it returned nothing; its last line is to be `{line}`", line=wanted))
        values = new if isinstance(new, (tuple, list)) else (new,)
        if len(values) != slots + 1:
            raise ValueError(
                plural(
                    "it returned {count} value; its last line is to be `{line}`",
                    "it returned {count} values; its last line is to be `{line}`",
                    len(values),
                    count=len(values),
                    line=wanted,
                )
            )
        for value in values:
            if not isinstance(value, (int, float, Vector)):
                raise ValueError(say("the rule must return numbers; it returned {value}", value=repr(value)))
        return tuple(values) if slots else values[0]

    return rule
