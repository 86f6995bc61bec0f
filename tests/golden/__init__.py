"""Numbers that the authors of the frameworks and of two courses published, each with its source."""
