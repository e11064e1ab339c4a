"""The language reference: made of the table of operators, the grammar, the keys of rule files, and examples."""
