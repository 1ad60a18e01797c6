"""Other command lines than kubectl: each with its own table of verbs and flags, and the same care."""
