"""The search before the pipe: its grammar, and what a row must be like to match."""
