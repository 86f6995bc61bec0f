"""How alike the answers of a class are: for the instructor only, and no proof of anything."""
