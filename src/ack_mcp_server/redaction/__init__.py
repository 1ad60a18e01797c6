"""What is shown of a cluster holds no secret: by the kind of an object, by the name of a value, and by its shape."""
