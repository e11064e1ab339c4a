"""Facts: typed cells, tables with unique keys, findings."""
