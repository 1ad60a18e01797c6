"""ARMS, version 2019-08-08: where a cluster's metrics are and what opens them."""
