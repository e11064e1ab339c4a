"""Feeds: where facts come from."""
