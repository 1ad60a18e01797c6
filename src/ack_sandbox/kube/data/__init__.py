"""Published data the server answers with: the OpenAPI schemas of Kubernetes 1.36 for the built-in kinds, packed."""
