"""Schemas: what editors need to know to complete, explain and check rule files and case files."""
