"""The audit log of a cluster's API server."""
