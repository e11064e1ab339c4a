"""Renderings of a report: text for people, JSON, JSON Lines and CSV for programs."""
