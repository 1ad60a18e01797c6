"""What the API server refuses of an object that its schema allows: fields, each with what is wrong, word for word."""
