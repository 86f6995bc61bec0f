"""A slip: an edit that turns a rule into one that people have really written.

Like :mod:`d2l_utils.rules` it imports nothing, and the published page runs it in MicroPython.
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
