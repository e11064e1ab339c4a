"""Why an outcome is what it is, and what would satisfy the rule."""
