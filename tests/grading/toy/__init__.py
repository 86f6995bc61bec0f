"""A small problem set that has one question of every kind."""
