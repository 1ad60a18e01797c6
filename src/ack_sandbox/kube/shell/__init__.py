"""What a person finds who looks into a running container: a few commands, files and processes."""
