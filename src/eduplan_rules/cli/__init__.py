"""The command `eduplan-rules`."""

from eduplan_rules.cli.app import main, script

__all__ = ["main", "script"]
