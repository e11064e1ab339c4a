"""Frames that stay where they are: judged in Polars, DuckDB or Spark, and only what was found comes back."""
