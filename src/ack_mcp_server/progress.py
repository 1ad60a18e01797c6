"""Telling a client that waits how far its call is."""

from collections.abc import Awaitable, Callable

# Given how far (any number that grows), of how much (None where it is not known), and a few words. Does nothing where
# the client did not ask for it.
Progress = Callable[[float, float | None, str | None], Awaitable[None]]
