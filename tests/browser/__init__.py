"""What a reader meets: the built site in a real browser, served from a folder of a plain static server."""
