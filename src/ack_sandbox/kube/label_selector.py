"""Label selectors as objects hold them: `matchLabels` and `matchExpressions`."""

from collections.abc import Mapping

from ack_sandbox.kube.objects import Object


def selects(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether every requirement holds; an empty selector selects everything."""
    if any(labels.get(name) != value for name, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_holds(each, labels) for each in selector.get("matchExpressions") or ())


def _holds(requirement: Object, labels: Mapping[str, str]) -> bool:
    key, operator, values = requirement.get("key", ""), requirement.get("operator"), requirement.get("values") or []
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) is (operator == "Exists")
