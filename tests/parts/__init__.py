"""What the tests need of the system: found, installed, or left out in so many words."""
