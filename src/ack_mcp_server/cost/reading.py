"""Objects of one namespace, read by their kind within the operator's bounds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ack_mcp_server.errors import AckError, Forbidden, NotFound, Unavailable
from ack_mcp_server.kube.bounds import Bounds
from ack_mcp_server.kube.discovery import Catalog, Resource
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.connection import JSON
from ack_mcp_server.kube.native.pages import one, pages
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.objects import Object, items, text
from ack_mcp_server.kube.using import UNAUTHORIZED


@dataclass(frozen=True)
class Reading:
    """`missing` tells of what was not read, and why."""

    asked: Asked
    catalog: Catalog
    bounds: Bounds
    namespace: str
    missing: dict[str, str] = field(default_factory=dict)

    async def object(self, word: str, name: str) -> Object:
        """Raises AckError; Refusal for an identity that is not known any more."""
        resource = self._resource(word)
        try:
            return (await one(self.asked, resource.path(self.namespace, name), None, JSON, small=True)).content
        except Refusal as exc:
            raise _told(exc, f"{resource.kind} {name} in namespace {self.namespace}", word) from exc

    async def objects(self, word: str, selector: str = "") -> list[Object]:
        """Raises as `object`."""
        resource = self._resource(word)
        query = {"labelSelector": selector} if selector else {}
        found: list[Object] = []
        try:
            async for page in pages(self.asked, resource.path(self.namespace), query, JSON, small=False):
                found += [each for each in items(page.content, "items") if isinstance(each, dict)]
        except Refusal as exc:
            raise _told(exc, f"{resource.label} in namespace {self.namespace}", word) from exc
        return found

    async def optional(self, word: str, what: str, selector: str = "") -> list[Object] | None:
        """None where they cannot be read, which is told and no failure."""
        try:
            return await self.objects(word, selector)
        except AckError as exc:
            self.missing[what] = f"{exc.code}: {exc.message}"
            return None

    def serves(self, word: str) -> bool:
        return self._served(word) is not None

    def _resource(self, word: str) -> Resource:
        """Raises NotEnabled beyond the bounds, NotFound for a kind that is not served."""
        found = self._served(word)
        if found is None:
            raise NotFound(f"the cluster serves no {word}", next_step="ack_kubectl api-resources lists its kinds.")
        self.bounds.check_change(found, self.namespace)
        return found

    def _served(self, word: str) -> Resource | None:
        """In the version that its group prefers. A plural without a group is of the core group alone."""
        plural, _, group = word.partition(".")
        ours = [each for each in self.catalog.resources if (each.plural, each.group) == (plural, group)]
        return next((each for each in ours if each.preferred), ours[0] if ours else None)


def _told(exc: Refusal, what: str, word: str) -> AckError:
    if exc.code == UNAUTHORIZED:
        raise exc
    if exc.code == 404:
        return NotFound(f"{what}: there is none", next_step=f"ack_kubectl get {word.partition('.')[0]} -A lists them.")
    if exc.code == 403:
        return Forbidden(f"{what}: RBAC does not allow it", next_step=f"Have get and list on {word} granted.")
    return Unavailable(f"{what}: the API server answered {exc.code} {exc.reason}", next_step="Try again in a while.")


def selector_text(selector: Object) -> str:
    """A workload's selector as a query takes it."""
    plain = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    return ",".join([*plain, *map(_expression, items(selector, "matchExpressions"))])


def _expression(rule: Object) -> str:
    key, values = text(rule, "key"), ",".join(map(str, items(rule, "values")))
    forms: dict[str, str] = {
        "In": f"{key} in ({values})",
        "NotIn": f"{key} notin ({values})",
        "DoesNotExist": f"!{key}",
    }
    return forms.get(text(rule, "operator"), key)


def owned_by(objects: Sequence[Object], uids: Callable[[str], bool]) -> list[Object]:
    """Those whose controller's uid is one of them."""
    return [
        each
        for each in objects
        if any(
            owner.get("controller") and uids(text(owner, "uid")) for owner in items(each, "metadata", "ownerReferences")
        )
    ]
