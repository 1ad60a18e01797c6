"""Metrics of a cluster: where its Prometheus is, what is asked of it, and how the answer is read."""
