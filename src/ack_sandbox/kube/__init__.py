"""The Kubernetes half of the sandbox: one HTTPS API server per cluster that the real kubectl accepts."""
