"""A rule in plain sentences, made from the rule itself."""
