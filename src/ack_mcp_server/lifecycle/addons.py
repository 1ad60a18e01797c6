"""Addons that are installed, upgraded, configured or taken away."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ack_mcp_server import identifiers
from ack_mcp_server.errors import AckError, Conflict, InvalidInput, NotFound
from ack_mcp_server.identifiers import shown
from ack_mcp_server.lifecycle.addon_versions import check_offered, is_older
from ack_mcp_server.lifecycle.differences import differences, settings_lines
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.extension import read_object
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services import addon_reads as services
from ack_mcp_server.services.orders import Body, Order

_RESTART = ("Deployment", "DaemonSet", "StatefulSet")
_MOST = 20
_LONGEST_VERSION = 80


@dataclass(frozen=True, kw_only=True)
class AddonChange(Asked):
    """`config` is a JSON object of settings, as text."""

    tool: ClassVar[str] = "manage_cluster_addon"
    action: str
    name: str
    version: str = ""
    config: str = ""

    def check(self) -> None:
        identifiers.addon_name(self.name)
        if self.version and (len(self.version) > _LONGEST_VERSION or not self.version.isprintable()):
            raise InvalidInput(f"{shown(self.version)} is not a version", next_step="list_cluster_addons shows them.")
        if self.action in ("configure", "uninstall") and self.version:
            raise InvalidInput(f"{self.action} takes no version", next_step="Leave it out, or upgrade.")
        if self.action == "uninstall" and self.config:
            raise InvalidInput("uninstall takes no config", next_step="Leave it out.")
        if self.action == "configure" and not self._settings():
            raise InvalidInput(
                "configure needs config", next_step='Send a JSON object, such as {"NetworkPolicy": "true"}.'
            )
        self._settings()

    def _settings(self) -> dict[str, Any]:
        return read_object(self.config, "config", '{"NetworkPolicy": "true"}')

    async def proposed(self, scene: Scene) -> Proposed:
        if self.action == "install":
            return await self._installation(scene)
        installed = await self._installed(scene)
        if self.action == "upgrade":
            return await self._upgrade(scene, installed)
        if self.action == "configure":
            return await self._configuration(scene, installed)
        return await self._removal(scene, installed)

    async def _installation(self, scene: Scene) -> Proposed:
        there = await services.instances(scene.reach, scene.cluster)
        if found := next((one for one in there if one.name == self.name), None):
            raise Conflict(
                f"addon {self.name} is installed already ({found.version}, {found.state})",
                next_step="Use action=upgrade or action=configure.",
            )
        version = self.version or await self._newest(scene)
        if self.version:
            await check_offered(scene, self.name, self.version)
        fields = {"name": self.name, "version": version, **({"config": self.config} if self.config else {})}
        return self._proposal(
            scene,
            order=self._order(scene, "InstallClusterAddons", "components/install", [fields]),
            verbs=("install",),
            what=(f"+ addon {self.name} {version}", *settings_lines(self._settings())),
            aside=await earlier(scene, "cluster_addon_install", target=self.name),
        )

    async def _upgrade(self, scene: Scene, now: services.Installed) -> Proposed:
        version = self.version or await self._newest(scene)
        if version == now.version and now.state not in ("failed", "fail") and not self.config:
            return self._proposal(scene, order=None, what=(f"addon {self.name} is at {version}",))
        backwards = await self._backwards(scene, now.version) if self.version else ()
        fields = {"component_name": self.name, "version": now.version, "next_version": version}
        fields |= {"config": self.config} if self.config else {}
        return self._proposal(
            scene,
            order=self._order(scene, "UpgradeClusterAddons", "components/upgrade", [fields]),
            verbs=("upgrade",),
            what=(
                f"~ addon {self.name} ({now.state}): {now.version} -> {version}",
                *backwards,
                *differences(now.settings, self._settings()),
                *await self._pieces(scene, _RESTART, "is rolled out anew"),
            ),
            aside=await earlier(scene, "cluster_addon_upgrade", target=self.name),
        )

    async def _configuration(self, scene: Scene, now: services.Installed) -> Proposed:
        changes = differences(now.settings, self._settings())
        if not changes:
            return self._proposal(scene, order=None, what=(f"addon {self.name} is configured so",))
        path = f"components/{self.name}/config"
        return self._proposal(
            scene,
            order=self._order(scene, "ModifyClusterAddon", path, {"config": self.config}, answers=False),
            verbs=("configure",),
            what=(
                f"~ addon {self.name} {now.version} ({now.state}):",
                *changes,
                *await self._pieces(scene, _RESTART, "may be rolled out anew"),
            ),
            aside=await earlier(scene, "cluster_addon_modify", target=self.name),
        )

    async def _removal(self, scene: Scene, now: services.Installed) -> Proposed:
        return self._proposal(
            scene,
            order=self._order(scene, "UnInstallClusterAddons", "components/uninstall", [{"name": self.name}]),
            verbs=("uninstall", "delete"),
            what=(
                f"- addon {self.name} {now.version} ({now.state}), and what it does for every namespace",
                *await self._pieces(scene, (), "goes"),
            ),
            aside=await earlier(scene, "cluster_addon_uninstall", target=self.name),
        )

    async def _installed(self, scene: Scene) -> services.Installed:
        try:
            return await services.installed(scene.reach, scene.cluster, self.name)
        except NotFound as exc:
            exc.next_step = "list_cluster_addons shows what is installed; action=install installs it."
            raise

    async def _newest(self, scene: Scene) -> str:
        offered = await services.offers(scene.reach, scene.cluster)
        found = next((offer.version for offer in offered if offer.name == self.name), "")
        if not found:
            raise NotFound(
                f"the catalogue of cluster {scene.cluster.id} has no addon {self.name}",
                next_step="list_cluster_addons shows what there is.",
            )
        return found

    async def _backwards(self, scene: Scene, now: str) -> tuple[str, ...]:
        newer = await check_offered(scene, self.name, self.version, now)
        if now not in newer and not is_older(self.version, now):
            return ()
        return (f"! this is a downgrade: {self.version} is older than {now}",)

    async def _pieces(self, scene: Scene, kinds: Sequence[str], fate: str) -> tuple[str, ...]:
        """The objects of these kinds that it consists of, of all kinds where none is named."""
        try:
            found = await services.pieces(scene.reach, scene.cluster, self.name)
        except AckError as exc:
            return (f"! what it consists of is not known ({exc.code})",)
        return tuple(_told([piece for piece in found if not kinds or piece.kind in kinds], fate))

    def _proposal(self, scene: Scene, *, order: Order | None, what: tuple[str, ...], **more: Any) -> Proposed:
        return Proposed(
            subject=f"addon {self.name} of cluster {scene.cluster.id}",
            kind="addons",
            order=order,
            what=what,
            listed_by="list_cluster_addons",
            look="list_cluster_addons and list_cluster_tasks",
            **more,
        )

    def _order(self, scene: Scene, action: str, path: str, body: Body, *, answers: bool = True) -> Order:
        path = f"/clusters/{scene.cluster.id}/{path}"
        return Order(action=action, method="POST", path=path, body=body, answers=answers)


def _told(pieces: list[services.Piece], fate: str) -> Iterator[str]:
    for piece in pieces[:_MOST]:
        place = f" ({piece.namespace})" if piece.namespace else ""
        yield f"  {piece.kind.lower()}/{piece.name}{place} {fate}"
    if len(pieces) > _MOST:
        counts = Counter(piece.kind for piece in pieces[_MOST:])
        yield f"  … and {', '.join(f'{count} {kind}' for kind, count in counts.items())}"
