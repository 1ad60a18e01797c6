"""Answering requests: from a path and a method to a document, a Status or a stream."""
