"""Resolved rules as core nodes over plans, with no engine in sight."""
