"""The command `eduplan-rules`."""

from eduplan_rules.cli.app import main

__all__ = ["main"]
