"""What the page's exercises and its editor ask of the book's Python, in MicroPython as in the tests.

Besides the verdict on a rule, it puts Python's errors into words that help somebody who reads a chapter and
may not know the language well.
"""

try:
    from d2l_utils._engine.printed import rules_text
    from d2l_utils.practice import feedback, lessons, slips
    from d2l_utils.words import noted, say
except ImportError:
    import feedback
    import lessons
    import rules
    import slips
    from words import noted, say

    def rules_text():
        return _text(rules)


OTHER_NAMES = {
    "alpha": "lr",
    "eta": "lr",
    "η": "lr",
    "learning_rate": "lr",
    "beta": "momentum",
    "β": "momentum",
    "gamma": "momentum",
    "mu": "momentum",
    "grad": "g",
    "dw": "g",
    "w": "p",
    "x": "p",
    "params": "p",
    "epsilon": "eps",
    "ε": "eps",
    "decay": "rho",
    "ρ": "rho",
    "h": "s",
    "v": "s",
    "cache": "s",
    "v_hat": "s_hat",
}
ELSEWHERE = ("np", "numpy", "math", "sqrt", "torch")
# What a word processor, a formula or a Chinese keyboard puts in place of Python's signs.
SIGNS = {
    "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "∗": "*", "÷": "/", "²": "** 2", "√": "** 0.5",
    "“": '"', "”": '"', "‘": "'", "’": "'", "，": ",", "（": "(", "）": ")", "：": ":", "＝": "=",
}  # fmt: skip
KEYWORDS = ("return", "if", "else", "for", "in", "while", "and", "or", "not", "is", "def", "lambda", "del")


def module_text(rule):
    """Return the source of the book's module that has the rule."""
    return _text(lessons) if hasattr(lessons, rule) else rules_text()


def _text(module):
    with open(module.__file__, encoding="utf-8") as file:
        return file.read()


def source(rule):
    """Return the source of one rule as it stands in the book's module."""
    return feedback.cut(module_text(rule), rule)


def judged(rule, text, start=""):
    """Compare the rule in ``text`` with the book's; return "right" or "wrong", and what to say.

    Who runs the bug of ``start`` as it was found learns where it shows, but not yet what it is. Errors of the
    text itself pass through, with their line.
    """
    known = slips.SLIPS.get(rule, ())
    right, words = feedback.judged(rule, text, module_text(rule), known)
    if text.strip() == start.strip():
        for slip in known:
            hint = say(slip.hint)
            if words.endswith(hint):
                words = words[: -len(hint)] + say("Which line does that?")
    return ["right" if right else "wrong", words]


def suggestions(rule):
    """Return the edits that are offered beside a rule: what a button says, the text it puts in, and so on."""
    original, offered = source(rule), []
    for slip in slips.SLIPS.get(rule, ()):
        if slip.button:
            offered += [say(slip.button), slip.apply(original)]
    return offered


def explain(kind, message, line, text):
    """Say in words what is wrong with the rule in ``text``.

    Parameters
    ----------
    kind, message : str
        The exception's class and text, of either Python.
    line : int
        Where it arose in ``text``, from 1; 0 where that is not known.
    text : str
        The rule's source.
    """
    lines = text.split("\n")
    code = lines[line - 1].split("#")[0] if 0 < line <= len(lines) else ""
    message = message[len(kind) + 2 :] if message.startswith(kind + ": ") else message
    words = _words(kind, message, code, text) or message
    return say("line {line}: {message}", line=line, message=words) if line else words


def _words(kind, message, code, text):
    for sign, instead in SIGNS.items():
        if sign in code and kind in ("SyntaxError", "NameError"):
            if instead == "-":
                return say("this minus sign is a typographic one; type - instead")
            return say(
                "Python does not know the sign {sign}; type {instead} instead", sign=sign, instead=instead
            )
    if kind == "IndentationError":
        return say("the indentation is uneven; use four spaces")
    if kind == "SyntaxError":
        return _syntax(message, code, text)
    if kind in ("NameError", "UnboundLocalError"):
        return _name(message, code, text)
    if kind in ("TypeError", "AttributeError", "IndexError", "KeyError"):
        return _type(message, code, is_whole="loss" in feedback.signature(text)[1])
    if kind in ("RecursionError", "RuntimeError") and ("recursion" in message or "pystack" in message):
        return say("the rule calls itself without end")
    if kind == "MemoryError":
        return say("the rule uses up all memory")
    if kind == "ZeroDivisionError":
        return say("it divides by zero")
    if kind == "AssertionError":
        return say("what this line asserts does not hold")
    if kind == "ValueError" and message.endswith("j)"):
        return say("it takes the root of a negative number")
    if kind == "ValueError" and "unpack" in message:
        return say("the two sides of = do not have the same number of values")
    return ""


def _syntax(message, code, text):
    for opening, closing in ("()", "[]", "{}"):
        opened = text.count(opening) - text.count(closing)
        if opened > 0:
            return say("Python does not understand this; the rule has a bracket that is never closed")
        if opened:
            return say("Python does not understand this; the rule has a closing bracket too many")
    line = code.strip()
    first = line.split(" ")[0]
    if first in ("def", "if", "elif", "else", "for", "while") and ":" not in line:
        if first == "def":
            return say("the first line must end with a colon")
        return say("a line with {word} must end with a colon", word=first)
    if first in ("if", "elif", "while") and "=" in line and "==" not in line:
        return say("to compare two numbers write == and not =")
    if "outside function" in message or (line and code[0] != " " and first != "def"):
        return say("this line belongs to the rule: begin it with four spaces")
    if "assign" in message:
        return say("to the left of = there must be one name, such as p")
    if line and line[-1] in "+-*/=(,":
        return say("this line ends too early: something must follow {sign}", sign=line[-1])
    if first.isalpha() and first not in KEYWORDS and _distance(first.lower(), "return") <= 2:
        return say("Python does not know the word {word}; did you mean return?", word=first)
    pieces = line.split()
    for left, right in zip(pieces, pieces[1:]):  # noqa: B905, RUF007  MicroPython has neither
        if _is_name(left) and _is_name(right) and left not in KEYWORDS and right not in KEYWORDS:
            return say(
                "between {left} and {right} something is missing: a * or a comma?", left=left, right=right
            )
    return say(
        "Python does not understand this line; look for an operator or a name that is missing or too many"
    )


def _is_name(piece):
    return piece.strip("(),").replace("_", "a").replace(".", "0").isalpha() or piece.strip("(),").isdigit()


def _name(message, code, text):
    name = message.split("'")[1] if message.count("'") >= 2 and "isn't" not in message.split("'")[0] else ""
    assigned = code.split("=")[0].rstrip(" +-*/").strip()
    if name in ELSEWHERE:
        return say(
            "{name} is not needed here: a rule is plain arithmetic, and the root of s is s ** 0.5", name=name
        )
    if "referenced before" in message or "cannot access local" in message:
        name = name or assigned
        if not _is_name(name):
            return say("a name in this line has no value yet")
        told = (
            noted("'{name}' has no value yet when this line uses it"),
            noted("'{name}' has no value yet when this line uses it — did you mean {near}?"),
        )
    elif name:
        told = (
            noted("name '{name}' isn't defined"),
            noted("name '{name}' isn't defined — did you mean {near}?"),
        )
    else:
        return ""
    near = _nearest(name, text)
    return say(told[1], name=name, near=near) if near else say(told[0], name=name)


def _nearest(name, text):
    """Return the name that was probably meant, or nothing."""
    names = feedback.signature(text)[1]
    for line in text.split("\n"):
        left = line.split("=")[0].strip()
        if "=" in line and left.replace("_", "a").isalpha() and left not in names and left != name:
            names.append(left)
    names = [known for known in names if known != name]
    meant = OTHER_NAMES.get(name)
    if meant not in names:
        near = sorted([(_distance(name.lower(), known.lower()), known) for known in names])
        far = max(1, len(name) // 3) if len(name) > 1 else 0  # of one letter every other is as near
        meant = near[0][1] if near and near[0][0] <= far else ""
    return meant


def _distance(a, b):
    """Count the letters to insert, delete or replace between two words (Levenshtein 1966)."""
    row = list(range(len(b) + 1))
    for i in range(len(a)):
        new = [i + 1]
        for j in range(len(b)):
            new.append(min(row[j + 1] + 1, new[j] + 1, row[j] + (a[i] != b[j])))
        row = new
    return row[-1]


def _type(message, code, is_whole):
    if "positional argument" in message:
        if code:
            return say("a function on this line gets too many numbers, or too few")
        return say("the rule is called with the names of its first line; keep that line as it was")
    if "xor" in message or "for ^" in message:
        return say("^ is not a power in Python; write **")
    if "callable" in message:
        return say("a number is not a function: is there a * missing before a bracket?")
    if "NoneType" in message:
        return say("something here is None, not a number; does the rule end with return?")
    if is_whole:  # what is said from here on is of single numbers
        return ""
    if "subscriptable" in message:
        return say(
            "p, g and the state are single numbers here, because the rule runs for each entry by itself"
            "; leave the square brackets out"
        )
    if "attribute" in message:
        return say(
            "p, g and the state are single numbers here, because the rule runs for each entry by itself"
            "; they have nothing behind a point"
        )
    if "len()" in message or "iterable" in message:
        return say(
            "p, g and the state are single numbers here, because the rule runs for each entry by itself"
            "; there is nothing to count, to sum or to unpack"
        )
    if "tuple" in message:
        return say("something here is a pair of numbers: decimals are written with a point")
    if "function" in message:
        return say("something here is a function, not a number: is a name missing in the first line?")
    if "'str'" in message:
        return say("something here is text in quotes, not a number")
    return ""
