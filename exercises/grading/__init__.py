"""Grade notebooks that nobody has to trust.

A student's code runs in a box (:mod:`sandbox`; the folder ``box`` is what runs inside) and answers questions
there; the right answers, the cases and the comparison (:mod:`question`) never enter it.
``python -m exercises.grading --help`` tells the rest.
"""
