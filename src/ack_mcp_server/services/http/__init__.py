"""HTTP to what answers for a cluster beside the cloud's own APIs: Prometheus and Loki."""
