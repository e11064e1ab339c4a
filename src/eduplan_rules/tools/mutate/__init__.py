"""Rules changed on purpose, to see whether their cases notice."""
