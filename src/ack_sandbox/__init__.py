"""A simulated ACK region on loopback: cloud APIs and Kubernetes APIs that the real clients accept."""
