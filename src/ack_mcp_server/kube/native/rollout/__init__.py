"""Rollouts of Deployments, StatefulSets and DaemonSets: how far they are, and what came before."""
