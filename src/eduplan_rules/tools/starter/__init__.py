"""The folder to start from: a rule with its parameter and cases, a feed, and what to read first, in each language."""
