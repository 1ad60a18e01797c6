"""How many connections the process has file descriptors for."""

import resource

# The half that is left is for kubectl's pipes, connections to the cloud, kubeconfigs, and what was just accepted.
SHARE_OF_CONNECTIONS = 2
MAX_CONNECTIONS = 1024  # each may hold a body of 4 MiB
MAX_BACKLOG = 64  # connections that wait to be accepted; asyncio accepts so many before it looks at any of them
MIN_BACKLOG = 32  # fewer make a client that comes in a burst wait for a second and more
SHARE_OF_BACKLOG = 16  # so that a burst fits beside the connections that are held
ENOUGH_FILES = 10_240  # the most that macOS allows; more would never be used


def raise_file_limit() -> None:
    """The soft limit of open files to the hard one, as far as it is of use."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(hard, ENOUGH_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def connections() -> int:
    return max(1, min(MAX_CONNECTIONS, _files() // SHARE_OF_CONNECTIONS))


def backlog() -> int:
    return max(MIN_BACKLOG, min(MAX_BACKLOG, _files() // SHARE_OF_BACKLOG))


def _files() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return ENOUGH_FILES if soft == resource.RLIM_INFINITY else soft
