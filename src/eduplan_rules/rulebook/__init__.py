"""Rule files as a `Rulebook`: YAML with places, shape, layers."""
