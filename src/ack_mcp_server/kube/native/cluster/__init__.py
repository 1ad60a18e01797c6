"""Verbs that ask about the cluster and the identity, and name no objects."""
