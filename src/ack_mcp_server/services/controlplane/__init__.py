"""The logs of a cluster's managed control plane."""
