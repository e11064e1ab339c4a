"""The synthetic city, table by table, and what is planted in it."""
