"""`python -m eduplan_rules.cli`."""

from eduplan_rules.cli.app import script

script()
