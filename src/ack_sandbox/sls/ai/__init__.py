"""Queries from words, by rules: no model answers here, and what the rules do not know is left out and said."""
