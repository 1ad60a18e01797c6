"""Which NetworkPolicy keeps one pod from reaching another."""

from ipaddress import ip_address, ip_network
from typing import Literal

from ack_sandbox.cloud.cs.health.view import View
from ack_sandbox.kube.label_selector import selects
from ack_sandbox.kube.objects import Object, dig, labels_of, namespace_of

POLICIES = "networking.k8s.io/networkpolicies"
Direction = Literal["Ingress", "Egress"]
_PEERS = {"Ingress": "from", "Egress": "to"}


def barring(
    view: View, direction: Direction, pod: Object, peer: Object | None, address: str, port: int
) -> Object | None:
    """A policy of `pod` that refuses the traffic; None where none applies or one allows it.

    `peer` is the pod at the other end, None for any other machine at `address`.
    """
    rules = direction.lower()
    applying = [each for each in view.all(POLICIES, namespace_of(pod)) if _applies(each, pod, direction)]
    allowed = any(
        _allows(view, policy, rule, _PEERS[direction], peer, address, port)
        for policy in applying
        for rule in dig(policy, "spec", rules, default=[])
    )
    return None if allowed or not applying else applying[0]


def _applies(policy: Object, pod: Object, direction: Direction) -> bool:
    kinds = dig(policy, "spec", "policyTypes", default=["Ingress"])
    return direction in kinds and selects(dig(policy, "spec", "podSelector", default={}), labels_of(pod))


def _allows(view: View, policy: Object, rule: Object, side: str, peer: Object | None, address: str, port: int) -> bool:
    ports = [each.get("port") for each in rule.get("ports") or ()]
    if ports and port not in ports:
        return False
    peers = rule.get(side) or []
    return not peers or any(_is_peer(view, policy, each, peer, address) for each in peers)


def _is_peer(view: View, policy: Object, wanted: Object, peer: Object | None, address: str) -> bool:
    if "ipBlock" in wanted:
        return _inside(wanted["ipBlock"], address)
    if peer is None:
        return False
    space = view.get("/namespaces", "", namespace_of(peer)) or {}
    spaces = wanted.get("namespaceSelector")
    near = namespace_of(peer) == namespace_of(policy) if spaces is None else selects(spaces, labels_of(space))
    return near and selects(wanted.get("podSelector") or {}, labels_of(peer))


def _inside(block: Object, address: str) -> bool:
    at = ip_address(address)
    return at in ip_network(block["cidr"]) and not any(at in ip_network(each) for each in block.get("except") or ())
