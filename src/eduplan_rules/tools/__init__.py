"""Tools for the authors of rules: cases, coverage of the plan, pages about a rulebook."""
