"""Changes of clusters, node pools, nodes, addons and tasks through the cloud: shown, approved, done once."""
