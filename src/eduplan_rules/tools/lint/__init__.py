"""Advice about rulebooks that load, and the texts about every code."""
