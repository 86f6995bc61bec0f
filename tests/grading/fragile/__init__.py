"""A problem set whose oracles do what they are told, so that a test can have them die."""
