"""Tell somebody who writes an update rule which step goes wrong first, and why.

The rule runs beside the book's own for a few steps; where they part, the known slips of
``practice.slips`` are run as well, and the one that walks like the given rule is the hint. This
module runs in two places: a notebook uses it through :mod:`d2l_utils.practice`, the published page in
MicroPython.
"""

try:
    from d2l_utils.practice.trials import TRIALS
    from d2l_utils.words import plural, say
except ImportError:
    from trials import TRIALS  # type: ignore[import-not-found,no-redef]
    from words import plural, say  # type: ignore[import-not-found,no-redef]

GRADIENTS = (0.5, -1.5, 2.0, 0.75, -0.25, -3.0, 1.25, 2.5)
START = 1.0
TOLERANCE = 1e-9


def cut(text, name):
    """Return the source of the function ``name`` from the source of a module, without what follows it."""
    start = text.index("def " + name + "(")
    lines = text[start:].split("\n")
    kept = lines[:1]
    for line in lines[1:]:
        if line and line[0] not in " )":
            break
        kept.append(line)
    return "\n".join(kept).rstrip() + "\n"


def signature(source):
    """Return the name of the first function in ``source`` and the names of its parameters."""
    if "def " not in source or "(" not in source.split("def ")[1] or ")" not in source:
        return "", []
    name, rest = source.split("def ")[1].split("(")[:2]
    inside = rest.split(")")[0].split(",")
    return name.strip(), [part.split("=")[0].split(":")[0].strip() for part in inside if part.strip()]


def library(rules_text):
    """Return the names that ``rules_text`` defines."""
    namespace: dict = {}
    exec(rules_text, namespace)
    return namespace


def compiled(source, rules):
    """Return the first function that ``source`` defines, which may call the functions in ``rules``."""
    namespace = dict(rules)
    exec(compile(source, "<rule>", "exec"), namespace)
    return namespace[signature(source)[0]]


def state_names(parameters):
    """Return which of a rule's parameters are its state: neither p, g or an example a, nor t or a setting."""
    return [name for name in parameters if name not in TRIALS and name not in ("p", "g", "a", "t")]


class Unusable(Exception):
    """What a rule returns cannot be used; the text says why."""


def compared_steps(rule, parameters, slots):
    """Return what the rule returns at each step, as lists of p and state, and why it ends early, or "".

    Raises
    ------
    Unusable
        If it takes or returns something else than it should.
    """
    p, state = START, [0.0] * len(slots)
    rows: list = []
    for t in range(1, len(GRADIENTS) + 1):
        known = dict(TRIALS)
        known.update(dict(zip(slots, state)))  # noqa: B905  MicroPython's zip has no strict
        known.update({"p": p, "g": GRADIENTS[t - 1], "a": GRADIENTS[t - 1], "t": t})
        for name in parameters:
            if name not in known:
                raise Unusable(
                    say("The rule is given no '{name}'; keep the first line as it was.", name=name)
                )
        try:
            answer = rule(*[known[name] for name in parameters])
        except ZeroDivisionError:
            return rows, say("it divides by zero")
        except OverflowError:
            return rows, say("its numbers become too large")
        row = _row(answer, slots)
        rows.append(row)
        p, state = row[0], row[1:]
    return rows, ""


def _row(answer, slots):
    wanted = "return " + ", ".join(["p"] + slots)  # noqa: RUF005  not in MicroPython
    if answer is None or answer is ...:
        raise Unusable(say("The rule returns nothing; its last line is to be `{line}`.", line=wanted))
    row = list(answer) if isinstance(answer, (tuple, list)) else [answer]
    if len(row) != len(slots) + 1:
        raise Unusable(
            plural(
                "The rule returns {count} value; its last line is to be `{line}`.",
                "The rule returns {count} values; its last line is to be `{line}`.",
                len(row),
                count=len(row),
                line=wanted,
            )
        )
    for value in row:
        if not isinstance(value, (int, float, complex)):
            raise Unusable(
                say(
                    "The rule returns {value}, which is not a number; "
                    "decimals are written with a point, and each line changes one name.",
                    value=repr(value),
                )
            )
    return row


def judged(name, source, rules_text, slips):
    """Compare the rule in ``source`` with the book's rule ``name``.

    Parameters
    ----------
    name : str
        A function of ``rules_text``.
    source : str
        The reader's function. It may lack hyper-parameters that it does not need.
    rules_text : str
        The source of the module that has the rule.
    slips : sequence of Slip
        The known slips of this rule.

    Returns
    -------
    tuple of bool and str
        Whether every step agrees, and what to say. Errors of the reader's code pass through.
    """
    for number, line in enumerate(source.split("\n")):
        if "..." in line.split("#")[0]:
            return False, say("A gap is still open: line {line}.", line=number + 1)
    if not signature(source)[0]:
        return False, say("The first line must begin with `def {name}(`.", name=name)
    rule = compiled(source, library(rules_text))
    return compare(name, rule, signature(source)[1], rules_text, slips)


def compare(name, rule, parameters, rules_text, slips):
    """Do the work of `verdict` for a function whose parameters have these names."""
    original, rules = cut(rules_text, name), library(rules_text)
    slots = state_names(signature(original)[1])
    expected = _walked(original, rules, slots)
    try:
        rows, end = compared_steps(rule, parameters, slots)
    except Unusable as error:
        return False, str(error)
    wrong = first_difference(rows, expected)
    if wrong is None:
        return True, say("Right: all {count} steps agree with the book's rule.", count=len(expected))
    said = [_where(rows, end, expected, wrong, slots), _hint(rows, expected, slots, original, rules, slips)]
    return False, " ".join(said)


def _walked(source, rules, slots):
    return compared_steps(compiled(source, rules), signature(source)[1], slots)[0]


def _close(a, b):
    if a != a or b != b:
        return a != a and b != b
    size = max(abs(a), abs(b))
    return a == b or (size - size == 0 and abs(a - b) <= TOLERANCE * size)  # infinite is close to nothing


def _same(row, other):
    return all(_close(a, b) for a, b in zip(row, other))  # noqa: B905


def first_difference(rows, expected):
    """Return the first step, counted from 0, at which two walks differ, or None."""
    for t in range(len(expected)):
        if t >= len(rows) or not _same(rows[t], expected[t]):
            return t
    return None if len(rows) == len(expected) else len(expected)


def _where(rows, end, expected, wrong, slots):
    """Say which steps are right, and how the first wrong one differs."""
    parts = [end] if wrong >= len(rows) else []
    for i, entry in enumerate([] if parts else ["p"] + slots):  # noqa: RUF005
        found, right = rows[wrong][i], expected[wrong][i]
        if not _close(found, right):
            shown = {"name": entry, "found": number(found), "right": number(right)}
            parts.append(say("{name} became {found}, expected {right}", **shown))
    what = "; ".join(parts)
    if wrong == 0:
        return say("Step 1 is not right yet: {what}.", what=what)
    if wrong == 1:
        return say("Step 1 is right, step 2 is not: {what}.", what=what)
    return say(
        "Steps 1 to {last} are right, step {step} is not: {what}.", last=wrong, step=wrong + 1, what=what
    )


def number(value):
    """Write a number with four digits, and say so where it is not one of the real line."""
    if isinstance(value, complex):
        return say("a complex number (the root of a negative one)")
    return ("%.4g" % (value + 0.0)).replace("-", "−")


def _hint(rows, expected, slots, original, rules, slips):
    found = _walks_like(rows, slots, original, rules, slips)
    if found:
        return found
    if not rows:
        return say("Look for what is 0 at the first step.")
    first, right = rows[0], expected[0]
    if not _same(first, right) and _permuted(first, right):
        line = "return " + ", ".join(["p"] + slots)  # noqa: RUF005
        return say("The numbers are right, their order is not: `{line}`.", line=line)
    for i, slot in enumerate(slots):
        if all(row[i + 1] == 0 for row in rows):
            return say("{name} comes back as it went in: the rule has to change it.", name=slot)
    if rows[0][0] == START and expected[0][0] != START:
        return say("p does not move: the rule has to change it.")
    wrong = first_difference(rows, expected)
    if wrong < len(rows):
        return line_to_look_at([_close(*pair) for pair in zip(rows[wrong], expected[wrong])], slots)  # noqa: B905
    return line_to_look_at([False] * (len(slots) + 1), slots)


def line_to_look_at(right, slots):
    """Say which line of a rule to look at first, given whether p and each of its states are right."""
    if not slots:
        return say("Compare your line with the formula, sign by sign.")
    if right[0]:
        return say(
            "p itself is still right, but it will not be for long: look at the lines that change the state."
        )
    if all(right[1:]):
        return say("The state is right: look at the line that changes p.")
    return say("Look first at the line that changes {name}.", name=slots[right[1:].index(False)])


def _permuted(row, right):
    rest = list(right)
    for value in row:
        match = [i for i in range(len(rest)) if _close(value, rest[i])]
        if not match:
            return False
        rest.pop(match[0])
    return True


def _walks_like(rows, slots, original, rules, slips):
    """Return the hint of the slip, or of the two slips, with which the book's rule walks like ``rows``."""
    same_p = ""
    for slip in slips:
        walked = _walked(slip.apply(original), rules, slots)
        if _alike(rows, walked, len(slots) + 1):
            return say(slip.hint)
        if not same_p and _alike(rows, walked, 1):
            same_p = say(slip.hint)
    for i, slip in enumerate(slips):
        for other in slips[i + 1 :]:
            both = other.apply(slip.apply(original))
            if both and _alike(rows, _walked(both, rules, slots), len(slots) + 1):
                both_hints = {"one": say(slip.hint), "other": say(other.hint)}
                return say("Two things are wrong. {one} And: {other}", **both_hints)
    return same_p


def _alike(rows, others, entries):
    """Tell whether two walks agree in p and, with more than 1 of the ``entries``, in the state."""
    if not rows or len(rows) != len(others):
        return rows == others
    return all(_same(rows[t][:entries], others[t][:entries]) for t in range(len(rows)))
