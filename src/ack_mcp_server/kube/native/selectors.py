"""Label selectors of objects as a query takes them."""

from ack_mcp_server.kube.native.asked import Json

_FORMS = {"In": "{key} in ({values})", "NotIn": "{key} notin ({values})", "Exists": "{key}", "DoesNotExist": "!{key}"}


def as_query(selector: Json) -> str:
    """Raises KeyError for an operator that the API does not have."""
    equal = [f"{name}={value}" for name, value in (selector.get("matchLabels") or {}).items()]
    terms = [
        _FORMS[each["operator"]].format(key=each["key"], values=",".join(sorted(each.get("values") or ())))
        for each in selector.get("matchExpressions") or ()
    ]
    return ",".join([*sorted(equal), *terms])
