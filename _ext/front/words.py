"""The sentences of the page's Python in its reader's language: the build adds the translations to this file.

MicroPython has no gettext; `say` and `plural` are those of :mod:`d2l_utils.words`.
"""

TABLE: dict = {}  # a sentence -> what is said for it, or a list of its forms
FORMS: list = []  # a number -> which form; from 100 on the last two digits tell


def noted(sentence):
    """Return a sentence as it is, that `say` gets later; so it is found for the catalogues."""
    return sentence


def say(sentence, **values):
    """Return a sentence with the values in its places."""
    text = TABLE.get(sentence, sentence)
    return text.format(**values) if values else text


def plural(one, many, number, **values):
    """Return the form of a sentence that belongs to a whole number, with the values in its places."""
    if number in range(len(FORMS)) or (FORMS and number >= 100):
        form = FORMS[number if number < 100 else 100 + number % 100]
    else:
        form = int(number != 1)
    return TABLE.get(one, [one, many])[form].format(**values)
