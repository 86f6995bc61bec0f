"""The graded problem sets and what grades them."""
