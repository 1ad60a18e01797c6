"""The HTTP API of managed Prometheus, one instance for each cluster."""
