"""What CONTRIBUTING tells a newcomer, done word for word in a copy of the repository, and taken out again."""
