"""What carries the labels that a selector asks for: looked up, because each of many Services asks."""

from collections import defaultdict
from collections.abc import Iterable

from ack_mcp_server.kube.objects import Object, namespace_of, selects


class Labelled:
    """Objects with the labels that they, or the pods of their templates, carry."""

    def __init__(self, found: Iterable[tuple[Object, Object]]) -> None:
        self._by_pair: defaultdict[tuple[str, str, str], list[tuple[Object, Object]]] = defaultdict(list)
        for obj, labels in found:
            for key, value in labels.items():
                self._by_pair[namespace_of(obj), key, str(value)].append((obj, labels))

    def selected(self, namespace: str, selector: Object) -> list[Object]:
        """By the rarest of its pairs: of some, such as who manages it, everything has the same."""
        pairs = [(namespace, key, str(value)) for key, value in selector.items()]
        rarest = min((self._by_pair.get(pair, []) for pair in pairs), key=len, default=[])
        return [obj for obj, labels in rarest if selects(selector, labels)]
