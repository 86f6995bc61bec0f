"""The frameworks' schedules, asked step by step, and recorded for tests that have no framework."""
