"""YAML that helm prints, as values: what charts rendered, and what they were given."""

from typing import Any

from ack_mcp_server.errors import InvalidInput

Json = dict[str, Any]
MAX_VALUES_BYTES = 256 * 1024


def read_documents(text: str) -> list[Json]:
    """The mappings of a manifest, Lists unfolded. Raises InvalidInput for what is no YAML, or no mapping."""
    from ack_mcp_server.kube.writes.yaml_values import yaml_values

    found = [each.value for each in yaml_values(text) if each.value is not None]
    mappings = [value for value in found if isinstance(value, dict)]
    if len(mappings) < len(found):
        raise InvalidInput("a document of the manifest is no mapping", next_step="Look at the chart.")
    return [item for value in mappings for item in _unfolded(value)]


def _unfolded(value: Json) -> list[Json]:
    items = value.get("items")
    if value.get("kind") != "List" or not isinstance(items, list):
        return [value]
    return [item for item in items if isinstance(item, dict)]


def read_values(text: str) -> Json:
    """The argument `values`. Raises InvalidInput, which holds nothing of it."""
    wrong = InvalidInput("values is not one YAML mapping", next_step="Send YAML such as: replicaCount: 2")
    if len(text.encode(errors="replace")) > MAX_VALUES_BYTES:
        raise InvalidInput(f"values has more than {MAX_VALUES_BYTES} bytes", next_step="Send what differs only.")
    try:
        documents = read_documents(text)
    except InvalidInput:
        raise wrong from None
    if len(documents) != 1:
        raise wrong
    return documents[0]
