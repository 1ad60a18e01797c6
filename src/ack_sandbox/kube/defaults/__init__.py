"""What the API server fills in where a client left a field out; the objects given are new, and changed in place."""
