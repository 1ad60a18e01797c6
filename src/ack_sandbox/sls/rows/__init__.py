"""The rows of Log Service: audit, events and control plane, in agreement with the clusters they are about."""
