"""Entities as Table Schemas of Frictionless Data, and back."""
