"""Log Service (SLS): searches of one logstore, and what they found."""
