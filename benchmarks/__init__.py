"""Measured comparisons: the optimizers beside other frameworks (`make bench`), and the live figures."""
