"""Exercises judge what they should, every slip has its hint, and every question explains every answer."""

import inspect
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pytest
from front import check as page

from d2l_utils import practice, rules
from d2l_utils.optimizers import METHODS, Hyperparameter
from d2l_utils.practice import feedback, lessons
from d2l_utils.practice.chapters import BUGS, CHAPTERS, GAPS, QUESTIONS
from d2l_utils.practice.slips import SLIPS, find
from d2l_utils.practice.trials import TRIALS
from tests.rules import OPTIMIZERS

EVERY_SLIP = [(rule, slip) for rule, slips in SLIPS.items() for slip in slips]
ids = {"ids": lambda value: getattr(value, "key", value)}


def judge(rule, text):
    return feedback.judged(rule, text, page.module_text(rule), SLIPS[rule])


def hint(rule, key):
    return find(rule, key).hint


def hint_of(name):
    return hint(BUGS[name].rule, BUGS[name].slip)


@pytest.mark.parametrize("rule", SLIPS)
def test_the_book_s_own_text_is_right(rule):
    assert judge(rule, page.source(rule)) == (True, "Right: all 8 steps agree with the book's rule.")


@pytest.mark.parametrize(("rule", "slip"), EVERY_SLIP, **ids)
def test_a_slip_changes_the_rule_and_gets_its_own_hint(rule, slip):
    text = slip.apply(page.source(rule))
    assert text is not None, f"{slip.edits} do not fit the lines of {rule}"
    right, words = judge(rule, text)
    assert not right
    assert words.endswith(". " + slip.hint) or words.endswith(": it divides by zero. " + slip.hint)
    assert slip.hint.endswith(".")


def test_a_slip_that_does_not_fit_says_so():
    assert SLIPS["sgd"][0].apply("def sgd(p, g, lr):\n    return p - lr * g") is None


def test_keys_are_distinct():
    for slips in SLIPS.values():
        keys = [slip.key for slip in slips]
        assert len(set(keys)) == len(keys)


MOMENTUM = page.source("momentum")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MOMENTUM.replace("return p, v", "return v, p"), "order is not: `return p, v`"),
        (MOMENTUM.replace("    return p, v\n", ""), "returns nothing; its last line is to be `return p, v`"),
        (
            MOMENTUM.replace("return p, v", "return p"),
            "returns 1 value; its last line is to be `return p, v`",
        ),
        (MOMENTUM.replace("return p, v", "return p, 'v'"), "'v', which is not a number"),
        (MOMENTUM.replace("v *= momentum", "..."), "A gap is still open: line 3"),
        (MOMENTUM.replace("def momentum", "momentum"), "must begin with `def momentum(`"),
        (MOMENTUM.replace("lr, momentum):", "lr, momentum, colour):"), "is given no 'colour'"),
        (MOMENTUM.replace("p += v", "p -= lr * g"), "forgets the old velocity"),
        (MOMENTUM.replace("p += v", "p += v + 0.01"), "The state is right: look at the line that changes p"),
        (MOMENTUM.replace("p += v", "pass"), "p does not move"),
        (
            MOMENTUM.replace("p += v\n    return p, v", "p += 2 * v\n    return p, 0.0"),
            "v comes back as it went in",
        ),
        (MOMENTUM.replace("return p, v", "return p, v - 1"), "p itself is still right"),
        (MOMENTUM.replace("v -= lr * g", "v -= lr * 7"), "Look first at the line that changes v"),
        (MOMENTUM.replace("p += v", "p += v / (g - 0.5)"), "not right yet: it divides by zero."),
        (MOMENTUM.replace("p += v", "p += (g * 1e200) ** 9"), "not right yet: its numbers become too large."),
        (MOMENTUM.replace("p += v", "p += float('inf')"), "p became inf, expected 0.95"),
        (MOMENTUM.replace("return p, v", "return p, -float('inf')"), "v became −inf, expected −0.05"),
        (MOMENTUM.replace("lr * g", "(-g) ** 0.5"), "a complex number"),
    ],
)
def test_what_is_wrong_is_said_in_words(text, words):
    right, said = judge("momentum", text)
    assert not right
    assert words in said


def test_the_first_wrong_step_is_named_with_what_it_gave():
    text = MOMENTUM.replace("v *= momentum", "v *= 0")
    expected = "Step 1 is right, step 2 is not: p became 1.1, expected 1.055; v became 0.15, expected 0.105."
    assert judge("momentum", text)[1].startswith(expected)
    late = page.source("adam").replace("**t", "**min(t, 3)")
    assert judge("adam", late)[1].startswith("Steps 1 to 3 are right, step 4 is not: p became ")


def test_two_slips_at_once_are_both_named():
    text = page.source("adam").replace("p -= lr", "p += lr").replace("m *= beta1", "t = 1; m *= beta1")
    words = judge("adam", text)[1]
    assert "Two things are wrong." in words
    assert hint("adam", "climb") in words
    assert hint("adam", "t-stands-still") in words


def test_another_way_of_writing_the_same_rule_is_right():
    text = """
def adam(p, g, m, s, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    root = (s / (1 - beta2**t)) ** 0.5
    return p - lr * m / (1 - beta1**t) / (root + eps), m, s
"""
    assert judge("adam", text)[0]


def test_errors_of_the_text_pass_through():
    with pytest.raises(NameError):
        judge("momentum", MOMENTUM.replace("p += v", "p += vv"))


@pytest.mark.parametrize("rule", GAPS)
def test_a_rule_to_complete_has_gaps_and_a_solution(rule):
    exercise = practice.complete(rule)
    lines = [line for line in GAPS[rule].gaps if exercise.solution.count(line) != 1]
    assert lines == [], f"these are not lines of {rule}"
    assert exercise.start.count("...") == len(GAPS[rule].gaps)
    assert "A gap is still open" in judge(rule, exercise.start)[1]
    assert judge(rule, exercise.solution)[0]


@pytest.mark.parametrize("name", BUGS)
def test_a_published_bug_is_wrong_known_and_mended_by_the_solution(name):
    exercise = practice.find_bug(name)
    assert exercise.start != exercise.solution
    right, words = judge(exercise.rule, exercise.start)
    assert not right
    assert words.endswith(hint_of(name))
    assert judge(exercise.rule, exercise.solution)[0]


def test_the_running_mean_is_the_mean():
    p = 123.0
    for t, a in enumerate(feedback.GRADIENTS, start=1):
        p = lessons.running_mean(p, a, t)
        assert p == pytest.approx(np.mean(feedback.GRADIENTS[:t]))


def test_a_step_of_a_batch_is_one_along_the_mean():
    gradients = [1.0, -2.0, 4.0, 7.0]
    stepped = lessons.minibatch_sgd(3.0, sum(gradients), 4, 0.1)
    assert stepped == pytest.approx(rules.sgd(3.0, np.mean(gradients), 0.1))


def test_words_of_unlike_shares_step_alike_once_they_are_divided_out():
    for often in (0.5, 0.001):
        assert lessons.equal_pace(3.0, 0.7 * often, often, 0.1) == pytest.approx(rules.sgd(3.0, 0.7, 0.1))


def test_a_step_in_the_max_norm_is_one_against_the_sign():
    for g in (2.5, -0.01, 0.0):
        stepped = lessons.max_norm_step(3.0, g, 0.1)
        assert stepped == pytest.approx(rules.sgd(3.0, rules.sign(g), 0.1))


@pytest.mark.parametrize("y", [0.8, -0.8, 0.0])
def test_a_secant_step_is_that_of_two_loops_over_one_pair(y):
    s, before, lr = 0.5, 0.3, 0.1
    g = before + y
    stepped = lessons.secant_step(2.0, g, s, before, lr)
    way = rules.two_loop(np.array([g]), np.array([[s]]), np.array([[y]])).item() * (1 if y > 0 else lr)
    assert stepped == pytest.approx((2.0 - way, -way, g))


def test_the_printed_nesterov_is_right_for_the_velocity_before_the_step():
    p, v, g, lr, momentum = 1.0, 0.3, 0.7, 0.1, 0.9
    printed = p + momentum * momentum * v - (1 + momentum) * lr * g
    assert printed == pytest.approx(rules.nesterov(p, g, v, lr, momentum)[0])


@pytest.mark.parametrize("name", [name for name, bug in BUGS.items() if bug.source])
def test_a_source_belongs_to_a_bug_and_stands_with_its_answer(name):
    shown = practice.find_bug(name)._repr_html_()
    assert shown.index("<details>") < shown.index(BUGS[name].source) < shown.index("</details>")


@pytest.mark.parametrize("path", sorted(Path("chapters").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_chapter_that_prints_a_rule_has_one_to_complete(path):
    printed = re.findall(r"getsource\(rules\.(\w+)", path.read_text(encoding="utf-8"))
    asked = CHAPTERS.get(path.stem.split("-", 1)[1])
    assert not printed or (asked and asked.gaps), f"{path} prints {printed}; its practice completes no rule"


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_not_given_away_before_somebody_looks_for_it(name):
    exercise = practice.find_bug(name)
    told = page.judged(exercise.rule, exercise.start)[1]
    first = page.judged(exercise.rule, exercise.start.rstrip(), exercise.start)[1]
    assert first.endswith(". Which line does that?")
    assert told.startswith(first.removesuffix("Which line does that?"))
    assert hint_of(name) not in first


def test_check_judges_a_function():
    def momentum(p, g, v, lr, momentum):
        v = momentum * v - lr * g
        return p + v, v

    assert practice.check(momentum).right

    def sgd(p, g, lr):
        return p - g

    verdict = practice.check(sgd)
    assert not verdict.right
    assert hint("sgd", "no-rate") in verdict.text


def test_what_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="there is no rule to complete 'sdg'; there are adadelta, adagrad"):
        practice.complete("sdg")
    with pytest.raises(ValueError, match="right must be one of the answers"):
        practice.quiz("2 + 2?", {"4": "Count.", "5": "No."}, right="3")
    with pytest.raises(ValueError, match="'5' has none"):
        practice.quiz("2 + 2?", {"4": "Count.", "5": " "}, right="4")


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_one_right_answer_and_explains_all(name):
    asked, answers = QUESTIONS[name].question, QUESTIONS[name].answers
    assert asked.endswith("?")
    assert QUESTIONS[name].right in answers
    assert 3 <= len(answers) <= 5
    assert all(len(why) > 10 and why.endswith((".", "?")) for why in answers.values())
    assert len(set(answers.values())) == len(answers)


def test_the_numbers_in_the_questions():
    def right(name):
        return QUESTIONS[name].right

    assert "−1.4" in right("too-large-a-rate")
    assert np.isclose(rules.sgd(1.0, 6.0, 0.4), -1.4)
    assert right("updates-an-epoch") == str(-(-50_000 // 125))
    p, v = 0.0, 0.0
    for _ in range(300):
        p, v = rules.momentum(p, 1.0, v, 1.0, 0.9)
    assert np.isclose(v, -10)
    assert right("steady-slope") == "10 η"
    assert float(right("first-push")) == round(-rules.adadelta(0.0, 5.0, 0.0, 0.0, 1.0, 0.95, 1e-6)[0], 4)
    p, s = 0.0, 0.0
    for _ in range(300):
        before, (p, s) = p, rules.rmsprop(p, 5.0, s, 1.0, 0.9, 1e-12, 0.0)
    assert np.isclose(before - p, 1)
    steps, p, m, s = [], 0.0, 0.0, 0.0
    for _ in range(12):
        before, (p, m, s) = p, rules.adam(p, 4.0, m, s, np.inf, 1.0, 0.9, 0.999, 0.0, 0.0)
        steps.append(before - p)
    assert np.allclose([steps[0], steps[-1]], [3.162, 6.57], rtol=1e-3)
    bug = feedback.compiled(practice.find_bug("rmsprop-plus-equals").start, {})
    s = 0.0
    for _ in range(30):
        _, s = bug(0.0, 1.0, s, 0.01, 0.9, 1e-8, 0.0)
    assert round(s / 1e6) == 26


@pytest.mark.parametrize("path", sorted(Path("chapters").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_chapter_shows_its_own_questions(path):
    slug = path.stem.split("-", 1)[1]
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    assert [text for text in sources if "practice.chapter(" in text] == [
        f'from d2l_utils import practice\n\npractice.chapter("{slug}")'
    ]


def test_a_chapter_s_practice_stands_in_a_file_beside_its_name():
    assert list(CHAPTERS) == sorted(path.stem.split("-", 1)[1] for path in Path("chapters").glob("*.ipynb"))


class Markup(HTMLParser):
    """Collects the elements of a piece of HTML and checks that each is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("slug", CHAPTERS)
def test_a_chapter_s_html_is_the_same_each_time_and_has_no_dead_control(slug):
    shown = practice.chapter(slug)
    assert shown._repr_html_() == practice.chapter(slug)._repr_html_()
    markup = Markup(shown._repr_html_())
    assert markup.open == []
    assert not {"button", "input", "textarea", "script"} & set(markup.tags)
    assert markup.tags.count("details") == len(shown.items)
    assert "not marks" in repr(shown)
    assert "nothing is sent." in repr(shown)
    assert "A page keeps your answers in your browser until you tell it to forget them." in repr(shown)
    keys = re.findall(r'data-key="([0-9a-f]{12})"', shown._repr_html_())
    assert len(set(keys)) == len(shown.items)
    assert not re.search(r"0x[0-9a-f]{6}", repr(shown))


def test_code_and_signs_are_escaped():
    shown = practice.quiz("Is `a < b` & c?", {"x < y": "Yes.", "no": "No."}, right="no")._repr_html_()
    assert "<code>a &lt; b</code> &amp; c?" in shown
    assert "<li>x &lt; y</li>" in shown
    assert 'data-right="1"' in shown


@pytest.mark.parametrize("rule", SLIPS)
def test_suggestions_are_pairs_of_words_and_a_rule_that_is_wrong(rule):
    offered = page.suggestions(rule)
    assert len(offered) >= 2
    assert len(offered) % 2 == 0
    for button, text in zip(offered[::2], offered[1::2], strict=True):
        assert button[0].isupper()
        assert page.judged(rule, text)[0] == "wrong"


def test_another_question_has_another_key():
    def key(*given, **more):
        return re.search(r'data-key="(.*?)"', practice.quiz(*given, **more)._repr_html_()).group(1)

    first = key("2 + 2?", {"4": "Count.", "5": "No."}, right="4")
    assert first == key("2 + 2?", {"4": "Count!", "5": "No!"}, right="4")
    assert first != key("2 + 3?", {"4": "Count.", "5": "No."}, right="5")
    assert first != key("2 + 2?", {"5": "No.", "4": "Count."}, right="4")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_state_is_what_no_class_declares_as_a_setting(name):
    optimizer = OPTIMIZERS[name]()
    if optimizer.rule in vars(rules).values():
        parameters = list(inspect.signature(optimizer.rule).parameters)
        assert feedback.state_names(parameters) == list(optimizer.slots)


def test_a_setting_has_one_trial_in_all_methods():
    found = {
        (name, setting.trial)
        for method in METHODS
        for name, setting in inspect.getmembers(method, lambda each: isinstance(each, Hyperparameter))
        if setting.in_rule
    }
    assert found == {(name, trial) for name, trial in TRIALS.items() if name not in {"batch_size", "often"}}
