"""`top nodes`: use, and its share of what the nodes can give."""

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.pages import one, pages
from ack_mcp_server.kube.native.quantities import BILLION, rounded_up
from ack_mcp_server.kube.native.requests import selection
from ack_mcp_server.kube.native.said import UsageError
from ack_mcp_server.kube.native.top.metrics import NOT_YET, Measured, Use, check, in_order, measured_items

HEADERS = ("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)")
_NODES = Resource(
    plural="nodes", group="", version="v1", kind="Node", namespaced=False, names=frozenset(), categories=()
)
_UNKNOWN = "<unknown>"


async def node_rows(asked: Asked, name: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """Headers and rows. Raises UsageError, Refusal, NotUnderstood, AckError; ValueError for what cannot be read."""
    check(asked, name, selectors=("selector",), told="--selector")
    items = await measured_items(asked, "nodes", name)
    if not items:
        raise UsageError(NOT_YET)
    measured = [Measured(item["metadata"]["name"], Use.of(item.get("usage"))) for item in items]
    limits = await _limits(asked, name)
    rows = [_row(node, limits.pop(node.name, None)) for node in in_order(measured, asked.command.value("sort-by"))]
    return HEADERS, [*rows, *([node, *[_UNKNOWN] * 4] for node in limits)]


async def _limits(asked: Asked, name: str) -> dict[str, Use]:
    kind = "capacity" if asked.command.has("show-capacity") else "allocatable"
    if name:
        found = [(await one(asked, _NODES.path("", name), None, "application/json", small=True)).content]
    else:
        listed = pages(asked, _NODES.path(), selection(asked), "application/json", small=False)
        found = [node async for page in listed for node in page.content.get("items") or ()]
    return {node["metadata"]["name"]: Use.of(_of_status(node, kind)) for node in found}


def _of_status(node: Json, kind: str) -> Json:
    found: Json = (node.get("status") or {}).get(kind) or {}
    return found


def _row(node: Measured, limit: Use | None) -> list[str]:
    cpu, memory = node.use.cells
    if limit is None:
        return [node.name, cpu, memory]
    return [
        node.name,
        cpu,
        _share(node.use.cpu, limit.cpu),
        memory,
        _share(node.use.memory, limit.memory),
    ]


def _share(used: int, limit: int) -> str:
    """In thousandths on both sides, as kubectl divides."""
    thousandth = BILLION // 1000
    whole = rounded_up(limit, thousandth)
    return f"{int(rounded_up(used, thousandth) / whole * 100) if whole else 0}%"
