"""Expressions: grammar, names, types, units."""
