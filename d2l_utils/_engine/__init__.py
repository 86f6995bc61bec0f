"""How a rule is applied: machinery without any promise, which no chapter imports."""
