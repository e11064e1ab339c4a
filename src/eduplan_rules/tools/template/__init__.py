"""Templates: workbooks and CSV files for collecting the facts that a rulebook reads."""
