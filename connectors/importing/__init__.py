"""Imports: finding and reading source files, mapping, validating and loading them."""
