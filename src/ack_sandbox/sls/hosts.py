"""Who a request is for, by its Host header: `<project>.<region>.log.aliyuncs.com`, or the region alone."""

import re
from dataclasses import dataclass

_PUBLIC = re.compile(
    r"(?:(?P<project>[a-z0-9][a-z0-9-]*)\.)?(?P<region>[a-z]+(?:-[a-z0-9]+)+?)(?:-intranet|-share|-vpc)?"
    r"\.(?:log|sls)\.aliyuncs\.com(?::\d+)?"
)
# An endpoint of the sandbox itself: it is in every region.
_LOOPBACK = re.compile(r"(?:(?P<project>[a-z][a-z0-9-]*)\.)?(?:127\.0\.0\.1|localhost)(?::\d+)?")


@dataclass(frozen=True)
class SlsHost:
    project: str | None
    region: str | None  # None on loopback


def is_public(host: str) -> bool:
    name = host.partition(":")[0]
    return name.endswith((".log.aliyuncs.com", ".sls.aliyuncs.com"))


def read_host(host: str) -> SlsHost | None:
    """None for what is no host of Log Service."""
    if found := _PUBLIC.fullmatch(host):
        return SlsHost(found["project"], found["region"])
    if found := _LOOPBACK.fullmatch(host):
        return SlsHost(found["project"], None)
    return None
