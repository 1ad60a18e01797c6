"""The control plane and the kubelets: what happens a moment after a write, on the clock of the cluster."""
