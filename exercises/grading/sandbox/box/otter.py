"""Stands in for otter-grader: the public checks of a notebook do nothing in the box."""


class Notebook:
    """Has the methods that a notebook calls."""

    def __init__(self, *_args, **_kwargs):
        pass

    def check(self, *_args, **_kwargs):
        """Do nothing."""

    check_all = export = check
