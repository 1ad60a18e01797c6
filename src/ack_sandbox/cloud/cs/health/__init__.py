"""What is wrong in a cluster, as diagnoses, inspections and prechecks say it: read from the live Kubernetes state."""
