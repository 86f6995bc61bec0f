"""The pages that students and instructors read: feedback, and the summary of a course."""
