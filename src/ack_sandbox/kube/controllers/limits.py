"""LimitRanges: what a container gets that asks for nothing."""

from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.store import Store

LIMIT_RANGES = "/limitranges"


def limited(store: Store, namespace: str, container: Object) -> Object:
    """The container with the namespace's default limits and requests where it has none of its own."""
    resources = dig(container, "resources", default={})
    limits, requests = dict(resources.get("limits") or {}), dict(resources.get("requests") or {})
    for limit in _limits(store, namespace):
        # A limit of its own stands for the request too.
        requests = {**limit.get("defaultRequest", {}), **limits, **requests}
        limits = {**limit.get("default", {}), **limits}
    filled = {"limits": limits, "requests": requests}
    kept = {side: amounts for side, amounts in filled.items() if amounts}
    return {**container, "resources": {**resources, **kept}}


def _limits(store: Store, namespace: str) -> list[Object]:
    found = [
        each for made in store.objects(LIMIT_RANGES, namespace) for each in dig(made, "spec", "limits", default=[])
    ]
    return [each for each in found if each.get("type") == "Container"]
