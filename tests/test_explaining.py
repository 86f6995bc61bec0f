"""What goes wrong in a reader's rule is said in a student's words."""

import pytest
from front import check as page

MOMENTUM = page.source("momentum")
LOCAL = "local variable referenced before assignment"
XOR = "unsupported types for __xor__: 'float', 'int'"
MEANT_V = "line 5: name 'vv' isn't defined — did you mean v?"


@pytest.mark.parametrize(
    ("kind", "message", "instead", "words"),
    [
        ("NameError", "name 'vv' isn't defined", "p += vv", MEANT_V),
        ("NameError", "name 'vv' is not defined", "p += vv", MEANT_V),
        ("NameError", "name 'alpha' isn't defined", "p += alpha", "did you mean lr?"),
        ("NameError", "name 'np' isn't defined", "p += np.sqrt(v)", "the root of s is s ** 0.5"),
        ("NameError", LOCAL, "vv += v", "'vv' has no value yet when this line uses it — did you mean v?"),
        ("SyntaxError", "invalid syntax", "p += (v", "a bracket that is never closed"),
        ("SyntaxError", "invalid syntax", "p += v)", "a closing bracket too many"),
        ("SyntaxError", "invalid syntax", "p −= v", "a typographic one; type - instead"),
        (
            "SyntaxError",
            "invalid syntax",
            "p += 2 v",
            "between 2 and v something is missing: a * or a comma?",
        ),
        (
            "SyntaxError",
            "invalid syntax",
            "retrun p, v",
            "does not know the word retrun; did you mean return?",
        ),
        ("SyntaxError", "invalid syntax", "Return p", "did you mean return?"),
        ("SyntaxError", "invalid syntax", "p += v v)", "a closing bracket too many"),
        ("SyntaxError", "invalid syntax", "p ++ += v", "look for an operator or a name"),
        ("SyntaxError", "invalid syntax", "p +=", "ends too early: something must follow ="),
        ("SyntaxError", "invalid syntax", "if g > 0", "a line with if must end with a colon"),
        ("SyntaxError", "invalid syntax", "if g = 0: p += v", "write == and not ="),
        ("SyntaxError", "can't assign to expression", "p + v = p", "one name, such as p"),
        ("SyntaxError", "invalid syntax", "p += lr × v", "does not know the sign ×; type * instead"),
        ("SyntaxError", "invalid character '，' (U+FF0C)", "p += abs（v）", "the sign （; type ( instead"),
        ("IndentationError", "unexpected indent", " p += v", "use four spaces"),
        ("TypeError", XOR, "p += v ^ 2", "write **"),
        ("TypeError", "'float' object isn't callable", "p += v(2)", "is there a * missing"),
        ("RuntimeError", "maximum recursion depth exceeded", "p += v", "calls itself without end"),
        ("RuntimeError", "pystack exhausted", "p += v", "calls itself without end"),
        ("RecursionError", "maximum recursion depth exceeded", "p += v", "calls itself without end"),
        ("TypeError", "'float' object isn't subscriptable", "p += v[0]", "leave the square brackets out"),
        ("TypeError", "'float' object is not subscriptable", "p += v[0]", "are single numbers here"),
        (
            "TypeError",
            "'float' object isn't iterable",
            "p += sum(v)",
            "nothing to count, to sum or to unpack",
        ),
        ("TypeError", "object of type 'float' has no len()", "p += len(v)", "nothing to count"),
        ("TypeError", "unsupported types for __mul__: 'float', 'function'", "p += v", "is a name missing in"),
        ("TypeError", "unsupported types for __add__: 'float', 'str'", "p += 'v'", "text in quotes, not a"),
        (
            "AttributeError",
            "'float' object has no attribute 'mean'",
            "p += v.mean()",
            "nothing behind a point",
        ),
        ("ValueError", "too many values to unpack (expected 2)", "p, v = 1, 2, 3", "number of values"),
        ("NameError", "name 't' isn't defined", "p += v * t", "line 5: name 't' isn't defined"),
        ("NameError", "local variable referenced before assignment", "return p, w", "has no value yet"),
        ("ValueError", "it returned (6e-17+1j)", "p += v", "root of a negative"),
        ("ValueError", "ValueError: it returned None", "p += v", "line 5: it returned None"),
    ],
)
def test_errors_are_explained_in_words(kind, message, instead, words):
    assert words in page.explain(kind, message, 5, MOMENTUM.replace("p += v", instead))


@pytest.mark.parametrize("name", ["h", "v", "cache"])
def test_what_others_call_the_squares_is_known(name):
    text = page.source("rmsprop").replace("(s +", f"({name} +")
    assert page.explain("NameError", f"name '{name}' isn't defined", 5, text).endswith("did you mean s?")


def test_a_letter_is_not_taken_for_any_other_letter():
    said = page.explain("NameError", "name 't' isn't defined", 5, MOMENTUM.replace("p += v", "p += v * t"))
    assert said == "line 5: name 't' isn't defined"


def test_a_line_that_belongs_to_the_rule_is_indented():
    text = MOMENTUM.replace("    p += v", "p += v")
    assert "begin it with four spaces" in page.explain("SyntaxError", "invalid syntax", 5, text)
    text = MOMENTUM.replace("    return", "return")
    assert "begin it with four spaces" in page.explain("SyntaxError", "'return' outside function", 6, text)


def test_an_error_without_a_line_is_explained_too():
    assert page.explain("MemoryError", "", 0, MOMENTUM) == "the rule uses up all memory"


def test_a_rule_of_the_whole_point_is_not_told_that_it_runs_for_each_entry():
    for message in ("'Vector' object has no attribute 'sum'", "'float' object isn't subscriptable"):
        assert page.explain("TypeError", message, 3, page.source("lbfgs")) == f"line 3: {message}"
    assert "write **" in page.explain("TypeError", XOR, 3, page.source("lbfgs"))
