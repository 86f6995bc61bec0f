"""Grade notebooks that nobody has to trust.

A student's code answers questions in a box (`sandbox`). The right answers, the cases and the comparison
(`question`, `marking`) never enter it. `job` is the one stateless job that a submission is: a notebook in, a
result out, JSON both ways. `course` is what a course needs around it, and `pages` is what people read.
``python -m exercises.grading --help`` tells the rest.
"""
