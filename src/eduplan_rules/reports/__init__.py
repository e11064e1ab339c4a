"""What a run found: records, columns, totals."""
