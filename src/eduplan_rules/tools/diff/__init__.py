"""What changed: between two rulebooks, in what they decide, and between two reports."""
