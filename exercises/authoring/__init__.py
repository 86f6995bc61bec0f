"""From a master with solutions to what each reader gets: student, instructor, grader, visitor of the book."""


class Fault(ValueError):
    """A master is not as it should be; the message says where, and what was expected."""
