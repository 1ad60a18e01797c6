"""`top pods`: what pods or their containers use."""

from datetime import timedelta

from ack_mcp_server.kube.native.ages import go_duration, moment
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.logs.pods import PODS
from ack_mcp_server.kube.native.pages import one, pages
from ack_mcp_server.kube.native.requests import selection
from ack_mcp_server.kube.native.said import UsageError
from ack_mcp_server.kube.native.top.metrics import NOT_YET, Measured, Use, check, in_order, measured_items

_COLUMNS = ("NAME", "CPU(cores)", "MEMORY(bytes)")
_UNMEASURED_FOR = timedelta(minutes=2)  # since a pod was made


async def pod_rows(asked: Asked, name: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """Headers and rows; no rows where kubectl says that there are none. Raises UsageError, Refusal, NotUnderstood,
    AckError; ValueError for what cannot be read."""
    check(asked, name, selectors=("selector", "field-selector"), told="selector")
    items = await measured_items(asked, "pods", name)
    if not items:
        await _check_why(asked, name)
        asked.warnings.append(asked.none_found())
        return _headers(asked), []
    pods = in_order(
        [_measured(item) for item in items], asked.command.value("sort-by"), with_namespace=asked.everywhere
    )
    rows = [row for pod in pods for row in _rows(asked, pod)]
    return _headers(asked), [*rows, *_sum(asked, pods)]


def _headers(asked: Asked) -> tuple[str, ...]:
    namespace = ("NAMESPACE",) if asked.everywhere else ()
    return (*namespace, *(("POD",) if asked.command.has("containers") else ()), *_COLUMNS)


def _measured(item: Json) -> Measured:
    metadata = item["metadata"]
    parts = tuple(Measured(part["name"], Use.of(part.get("usage"))) for part in item.get("containers") or ())
    return Measured(metadata["name"], Use.sum(part.use for part in parts), metadata.get("namespace", ""), parts)


def _rows(asked: Asked, pod: Measured) -> list[list[str]]:
    namespace = [pod.namespace] if asked.everywhere else []
    if not asked.command.has("containers"):
        return [[*namespace, pod.name, *pod.use.cells]]
    parts = in_order(list(pod.parts), asked.command.value("sort-by"))
    return [[*namespace, pod.name, part.name, *part.use.cells] for part in parts]


def _sum(asked: Asked, pods: list[Measured]) -> list[list[str]]:
    """Under the last two columns; without headers kubectl forgets those that it added."""
    if not asked.command.has("sum"):
        return []
    columns = len(_COLUMNS) if asked.command.has("no-headers") else len(_headers(asked))
    blank = [""] * (columns - 2)
    return [[*blank, *["________"] * 2], [*blank, *Use.sum(pod.use for pod in pods).cells]]


async def _check_why(asked: Asked, name: str) -> None:
    """Raises UsageError when there are pods, but nothing is measured."""
    path = PODS.path(asked.namespace, name)
    if name:
        pods = [(await one(asked, path, None, "application/json", small=True)).content]
    else:
        listed = pages(asked, path, selection(asked), "application/json", small=False)
        pods = [pod async for page in listed for pod in page.content.get("items") or ()]
    if not pods:
        return
    for pod in pods:
        made = moment(pod["metadata"].get("creationTimestamp"))
        if made and (elapsed := asked.now() - made) > _UNMEASURED_FOR:
            which = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
            raise UsageError(f"error: Metrics not available for pod {which}, age: {go_duration(elapsed)}")
    raise UsageError(NOT_YET)
