"""A chapter's practice is a file: it is read as it stands, and what is wrong in it is said in a sentence."""

import shutil
from collections import Counter

import pytest

from d2l_utils.practice import chapters
from d2l_utils.practice.chapters import CHAPTERS, DATA, read
from d2l_utils.practice.schema import SHARED, Wrong

RIGHT = """
[[quiz]]
name = "sum"
question = "2 + 2?"

[[quiz.answers]]
answer = "4"
right = true
why = "Count."

[[quiz.answers]]
answer = "5"
why = "One too many."

[[complete]]
rule = "sgd"
task = "Write the step."

[[complete.gaps]]
line = "p -= lr * g"
gap = "the step"

[[bug]]
name = "uphill"
rule = "sgd"
slip = "climb"
story = "It climbs."
source = "https://example.org/uphill"

[[slip]]
rule = "sgd"
like = "step"
with = { what = "g" }

[[slip]]
rule = "sgd"
key = "sign"
hint = "Not the sign."
button = "Take the sign"
edits = [["lr * g", "lr * ((g > 0) - (g < 0))"]]
"""
STEP = """
[step.climb]
hint = "Mind the sign."
edits = [["p -= lr", "p += lr"]]

[step.no-rate]
hint = "Where is {what}'s rate?"
edits = [["lr * {what}", "{what}"]]

[more.climb]
like = "step.climb"
edits = [["p += v", "p -= v"]]
"""
GAP = '[[complete.gaps]]\nline = "p -= lr * g"\ngap = "the step"'


def book(folder, chapter=RIGHT, shared=STEP):
    """Write the files of a book with one chapter, and return what it asks."""
    (folder / "descent.toml").write_text(chapter, encoding="utf-8")
    (folder / SHARED).write_text(shared, encoding="utf-8")
    return read(folder)


def test_a_file_is_read_as_it_stands(tmp_path):
    asked = book(tmp_path)["descent"]
    question = asked.questions["sum"]
    assert (question.question, question.right) == ("2 + 2?", "4")
    assert question.answers == {"4": "Count.", "5": "One too many."}
    assert asked.gaps["sgd"].gaps == {"p -= lr * g": "the step"}
    assert asked.bugs["uphill"].source == "https://example.org/uphill"
    climb, no_rate, sign = asked.slips["sgd"]
    assert (climb.key, climb.hint, climb.edits) == ("climb", "Mind the sign.", (("p -= lr", "p += lr"),))
    assert (no_rate.hint, no_rate.edits) == ("Where is g's rate?", (("lr * g", "g"),))
    assert (sign.key, sign.button) == ("sign", "Take the sign")


def test_what_a_rule_says_itself_is_left_out_of_a_group(tmp_path):
    own = '[[slip]]\nrule = "sgd"\nlike = "more.climb"\nhint = "Mine."\n'
    climb, no_rate, _ = book(tmp_path, own + RIGHT)["descent"].slips["sgd"]
    assert (climb.key, climb.hint, climb.edits) == ("climb", "Mine.", (("p += v", "p -= v"),))
    assert no_rate.key == "no-rate"


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ('why = "One too many."', "", "quiz 'sum': answer 2 has no 'why'"),
        ('why = "One too many."', 'why = " "', "answer 2: 'why' must be a text that is not empty; got ' '"),
        ('name = "sum"\n', "", "quiz 1 has no 'name'"),
        ('question = "2 + 2?"', "question = 4", "quiz 'sum': 'question' must be a text that is not"),
        ('question = "2', 'qestion = "2', "quiz 'sum': there is no key 'qestion' here; there are name,"),
        ("right = true", "", "quiz 'sum': 0 answers are right; expected 1"),
        ('answer = "5"', 'answer = "5"\nright = true', "quiz 'sum': 2 answers are right; expected 1"),
        ("right = true", "right = false", "answer 1: 'right' must be true; leave it out elsewhere; got"),
        ('answer = "5"', 'answer = "4"', "quiz 'sum': answer '4' is there 2 times; expected once"),
        ('[[quiz.answers]]\nanswer = "5"\nwhy = "One too many."', "", "quiz 'sum' has 1 answer; expected at"),
        ("[[quiz]]", "[[quizz]]", "there is no table 'quizz' here; there are quiz, complete, bug, slip"),
        ("[[bug]]", "[bug]", "'bug' must be a list of tables, [[bug]]; got {'name': 'uphill'"),
        ('task = "Write the step."', "", "complete 'sgd' has no 'task'"),
        (GAP, "", "complete 'sgd' has no 'gaps'"),
        (GAP, "gaps = []", "complete 'sgd' has no 'gaps'"),
        ('gap = "the step"', "", "complete 'sgd': gap 1 has no 'gap'"),
        ('story = "It climbs."', "", "bug 'uphill' has no 'story'"),
        ("https://", "http://", "bug 'uphill': 'source' must be an address that begins with https://"),
        ('slip = "climb"', 'slip = "fall"', "'sgd' has no slip 'fall'; there are climb, no-rate, sign"),
        ('hint = "Not the sign."', "", "slip 2 of 'sgd' ('sign') has no 'hint'"),
        ('key = "sign"', "", "slip 2 of 'sgd' has no 'key'"),
        ('[[slip]]\nrule = "sgd"\nlike', "[[slip]]\nlike", "slip 1 has no 'rule'"),
        ('"lr * ((g > 0) - (g < 0))"]]', '"g"], ["x"]]', "'edits' must be a list of pairs [right, wrong]"),
        ('"lr * ((g > 0) - (g < 0))"]]', '"lr * g"]]', "two texts that differ; got [['lr * g', 'lr * g']]"),
        ('"lr * ((g > 0) - (g < 0))"]]', "4]]", "two texts that differ; got [['lr * g', 4]]"),
        ('like = "step"', 'like = "stop"', "there is no 'stop' in shared.toml; there are step.climb"),
        ('like = "step"', 'like = "step"\nhint = "So."', "is like all of 'step' and has 'hint' itself"),
        ('with = { what = "g" }', "", "slip 1 of 'sgd': 'with' has no 'what', which 'step.no-rate' needs"),
        ("{ what =", "{ waht =", "slip 1 of 'sgd': 'with' has no 'what', which 'step.no-rate' needs"),
        ('{ what = "g" }', "{ what = 1 }", "'with' must be a table of texts; got {'what': 1}"),
        ('key = "sign"', 'key = "climb"', "slip 2 of 'sgd': the rule has a slip 'climb' already"),
        ("[[bug]]", RIGHT[: RIGHT.index("[[complete]]")] + "[[bug]]", "quiz 'sum' is there 2 times"),
        ("[[bug]]", "[[bug", "Expected ']]' at the end of an array declaration (at line 23, column 6)"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_chapter_is_said_with_its_place(tmp_path, right, wrong, words):
    assert RIGHT.count(right) >= 1
    with pytest.raises(Wrong) as error:
        book(tmp_path, RIGHT.replace(right, wrong, 1))
    assert str(error.value).startswith("descent.toml: ")
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ('hint = "Mind the sign."\n', "", "slip 'step.climb' has no 'hint'"),
        ('edits = [["p -= lr", "p += lr"]]', "", "slip 'step.climb' has no 'edits'"),
        ('hint = "Mind', 'key = "climb"\nhint = "Mind', "slip 'step.climb': there is no key 'key' here"),
        ('like = "step.climb"', 'like = "step.fall"', "slip 'more.climb': there is no 'step.fall' with"),
        ('like = "step.climb"', 'like = "more.climb"', "slip 'more.climb': there is no 'more.climb' with"),
        ("[step.climb]", "lone = 1\n[step.climb]", "'lone' must be tables [lone.key]; got 1"),
        ("[step.climb]", "[step]\nclimb = 1\n[step.fall]", "slip 'step.climb' must be a table; got 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_shared_slip_is_said_with_its_place(tmp_path, right, wrong, words):
    assert STEP.count(right) == 1
    with pytest.raises(Wrong) as error:
        book(tmp_path, shared=STEP.replace(right, wrong))
    assert str(error.value).startswith("shared.toml: ")
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("quiz", "the questions 'sum' stand in again.toml, too"),
        ("complete", "the gaps 'sgd' stand in again.toml, too"),
        ("bug", "the bugs 'uphill' stand in again.toml, too"),
        ("slip", "the slips 'sgd' stand in again.toml, too"),
    ],
)
def test_what_two_chapters_ask_is_refused(tmp_path, table, words):
    start = RIGHT.index(f"[[{table}]]")
    rest = [RIGHT.find(f"[[{other}]]", start + 1) for other in ("complete", "bug", "slip") if other != table]
    end = min((place for place in rest if place > 0), default=len(RIGHT))
    again = RIGHT[start:end] + (
        RIGHT[RIGHT.index("[[slip]]") :].replace("sgd", "sgm") if table == "bug" else ""
    )
    (tmp_path / "again.toml").write_text(again, encoding="utf-8")
    with pytest.raises(Wrong, match=f"descent.toml: {words}"):
        book(tmp_path)


def test_no_sentence_stands_in_two_places():
    said = Counter()
    for path in DATA.glob("*.toml"):
        said.update(sentences(chapters._content(path)))
    assert [sentence for sentence, times in said.items() if times > 1] == []


def sentences(value, key=""):
    """Yield the sentences of a file, wherever they stand in it."""
    if isinstance(value, str) and key in ("question", "why", "task", "story", "hint", "button"):
        yield value
    for name, each in value.items() if isinstance(value, dict) else ():
        yield from sentences(each, name)
    for each in value if isinstance(value, list) else ():
        yield from sentences(each, key)


def test_a_new_chapter_is_one_file(tmp_path):
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    (tmp_path / "muon.toml").write_text(RIGHT[: RIGHT.index("[[complete]]")], encoding="utf-8")
    assert read(tmp_path).keys() - CHAPTERS.keys() == {"muon"}
