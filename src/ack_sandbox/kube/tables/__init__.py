"""Server-side printing: the columns of every kind and the cells the API server computes for kubectl."""
