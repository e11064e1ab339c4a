"""Rows held in memory, and the outcomes that follow from them, kept up as single rows come and go."""
