"""`api-resources`: the kinds that the cluster serves, one line each, by the version that kubectl would ask for."""

from collections.abc import Iterable, Sequence

from ack_mcp_server.kube.discovery import Catalog, Resource
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.printed import Printed, text_of
from ack_mcp_server.kube.native.said import NotUnderstood, UsageError
from ack_mcp_server.kube.printing.table import render_rows

_HEADERS = ("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND")
_WIDE = ("VERBS", "CATEGORIES")


async def api_resources(asked: Asked) -> Printed:
    """Raises NotUnderstood, UsageError, Refusal, AckError. What groups could not tell is said, with exit code 1."""
    form, by = asked.command.value("output"), asked.command.value("sort-by")
    if by not in ("", "name", "kind"):
        raise UsageError("error: --sort-by accepts only name or kind")
    wanted = _Wanted(asked)
    catalog = await (asked.kinds.now() if asked.command.has("cached") else asked.kinds.anew())
    kinds = sorted((found for found in one_version_each(catalog) if wanted.takes(found)), key=lambda r: _place(r, by))
    printed = Printed(blocks=[_text(kinds, form, headed=not asked.command.has("no-headers"))])
    if catalog.failures:
        failures = ", ".join(sorted(catalog.failures))
        printed.fail(f"error: unable to retrieve the complete list of server APIs: {failures}")
    return printed


def one_version_each(catalog: Catalog) -> Iterable[Resource]:
    """Of each kind the preferred version, or the first that has it."""
    found: dict[tuple[str, str], Resource] = {}
    for resource in catalog.resources:
        key = resource.group, resource.plural
        if key not in found or (resource.preferred and not found[key].preferred):
            found[key] = resource
    return found.values()


def _place(resource: Resource, by: str) -> tuple[str, str]:
    first = {"name": resource.plural, "kind": resource.kind}.get(by, resource.group)
    return first, resource.plural


class _Wanted:
    """What the flags select."""

    def __init__(self, asked: Asked) -> None:
        given = dict(asked.command.flags)
        self._group = given.get("api-group")
        self._namespaced = given.get("namespaced")
        self._verbs = _words(asked, "verbs")
        self._categories = _words(asked, "categories")

    def takes(self, resource: Resource) -> bool:
        if not resource.verbs or self._group not in (None, resource.group):
            return False
        if self._namespaced is not None and (self._namespaced == "true") != resource.namespaced:
            return False
        return self._verbs <= set(resource.verbs) and self._categories <= set(resource.categories)


def _words(asked: Asked, flag: str) -> set[str]:
    values = [value for name, value in asked.command.flags if name == flag and value]
    if any('"' in value for value in values):
        raise NotUnderstood  # quoted as in a CSV file
    return {word for value in values for word in value.split(",")}


def _text(kinds: Sequence[Resource], form: str, *, headed: bool) -> str:
    if form == "name":
        return text_of([resource.label for resource in kinds])
    wide = form == "wide"
    rows = [(*_HEADERS, *(_WIDE if wide else ()))] if headed else []
    return text_of(render_rows([*rows, *(_row(resource, wide=wide) for resource in kinds)]))


def _row(resource: Resource, *, wide: bool) -> tuple[str, ...]:
    narrow = (
        resource.plural,
        ",".join(resource.short_names),
        resource.group_version,
        "true" if resource.namespaced else "false",
        resource.kind,
    )
    return (*narrow, ",".join(resource.verbs), ",".join(resource.categories)) if wide else narrow
