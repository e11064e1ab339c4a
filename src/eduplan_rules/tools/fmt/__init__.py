"""One layout of rule and case files, with every comment kept."""
