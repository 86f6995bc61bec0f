"""From a master with solutions to what each reader gets: student, instructor, grader, visitor of the book."""
