"""What Log Service answers, one module a group of operations; each runs in a thread."""
