"""Logs of a cluster's workloads in an operator's Loki."""
