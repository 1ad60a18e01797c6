"""Every family there is, by the name of its series."""

from collections.abc import Mapping, Sequence

from ack_sandbox.metrics.families import cluster, containers, control_plane, kubelet, machines, pods, traffic, workloads
from ack_sandbox.metrics.tracks import Family
from ack_sandbox.promql.model import NAME, Matcher

_PARTS = (containers, pods, workloads, cluster, machines, kubelet, traffic, control_plane)
FAMILIES: Mapping[str, Family] = {family.name: family for part in _PARTS for family in part.FAMILIES}


def families(matchers: Sequence[Matcher]) -> list[Family]:
    """Those whose name the matchers hold for."""
    named = [matcher for matcher in matchers if matcher.name == NAME]
    exact = next((matcher.value for matcher in named if matcher.operator == "="), None)
    among = [family for family in FAMILIES.values() if exact in (None, family.name)]
    return [family for family in among if all(matcher.matches(family.name) for matcher in named)]
