"""A language that nobody speaks: each message stands in ⟦brackets⟧ and its vowels are long.

What a reader sees outside of brackets has not come from a catalogue.
"""

import re
from contextlib import contextmanager

from babel.messages.catalog import Catalog

from d2l_utils import words
from d2l_utils.words import DOMAINS
from tools import words as collected

NAME = "eo"  # a real code, of two forms, for Babel and Sphinx
KEPT = re.compile(r"(\{\w*\}|`[^`]*`|<[^>]+>)")  # places, code, markup
LETTERS = re.compile("[A-Za-z]{2,}")


def wrapped(text):
    """Return a message in brackets, as long as another language might have it."""
    pieces = KEPT.split(text)
    long = (re.sub("[aeiou]", r"\g<0>\g<0>", each) if i % 2 == 0 else each for i, each in enumerate(pieces))
    return f"⟦{''.join(long)}⟧"


def translated(template):
    """Return a template's catalogue in the pseudo-language."""
    catalog = Catalog(locale=NAME)
    for message in template:
        if message.id:
            forms = (message.id,) if isinstance(message.id, str) else message.id
            told = tuple(map(wrapped, forms))
            catalog.add(message.id, told[0] if isinstance(message.id, str) else told)
    return catalog


def write(folder, domains=DOMAINS):
    """Write the pseudo-language's catalogues below ``folder``."""
    for domain in domains:
        path = folder / NAME / "LC_MESSAGES" / f"{domain}.po"
        collected.store(translated(collected.template(domain)), path)


@contextmanager
def spoken(folder, language=NAME):
    """Let everything be said in the pseudo-language while the block runs."""
    words.use(language, folder)
    try:
        yield
    finally:
        words.use(words.SOURCE)


def bare(text, names=()):
    """Return what stands outside of brackets in ``text`` and looks like words; ``names`` are no language's.

    Examples
    --------
    >>> bare("⟦looss: ⟦stˈeep⟧⟧ 3 steps of SGD", ["SGD"])
    ['steps', 'of']
    """
    depth, outside = 0, []
    for piece in re.split("([⟦⟧])", text):
        depth += {"⟦": 1, "⟧": -1}.get(piece, 0)
        if not depth and piece not in "⟦⟧":
            outside.append(piece)
    rest = " ".join(outside)
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, " ")
    return LETTERS.findall(rest)
