"""Compiled rules run: frames, records, verdicts."""
