"""The commands of the grader, a file each: what it is for, its ``options``, and what it does (``run``)."""
