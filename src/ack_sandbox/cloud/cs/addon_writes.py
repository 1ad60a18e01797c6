"""Add-ons that change: InstallClusterAddons, UpgradeClusterAddons, UnInstallClusterAddons and ModifyClusterAddon."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.addons import CATALOGUE, REQUIRED, Addon
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs import addon_workloads as kubernetes
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.sent import Sent, sent, sent_items
from ack_sandbox.cloud.starting import Change, begins, fail, refuse_while_cluster_is_busy, start
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.cloud.wire import Json
from ack_sandbox.cloud.work import Step

TIMEOUT = "AddonUpgradeTimeout"


def install_cluster_addons(call: Call) -> Json:
    record = _idle(call)
    addons = [_installable(record, asked) for asked in sent_items(call)]
    record.addons += [replace(addon, state="initial") for addon in addons]

    def steps(task: Task) -> Iterator[Step]:
        for addon in addons:
            yield Step(task.after(begins(task, "InstallAddon")), partial(kubernetes.install, record, addon))
            yield Step(task.after(begins(task, "PostCheck")), partial(_put_then, record, addon))

    def undo(at: datetime) -> None:
        for addon in addons:
            _uninstall(record, addon, at)

    return _begin(call, record, "cluster_addon_install", addons, Change(kind="", steps=steps, undo=undo))


def _installable(record: ClusterRecord, asked: Sent) -> Addon:
    name = asked.required("name")
    known = _catalogued(name)
    if any(addon.name == name for addon in record.addons):
        raise errors.addon_installed(name)
    version = _offered(known, asked.text("version") or known.newest)
    return replace(known, version=version, config=_config(asked, known.config))


def upgrade_cluster_addons(call: Call) -> Json:
    record = _idle(call)
    olds, news = [], []
    for asked in sent_items(call):
        old = record.addon(asked.required("component_name"))
        wanted = asked.text("next_version") or asked.text("version") or old.newest
        olds.append(old)
        news.append(replace(old, version=_offered(_catalogued(old.name), wanted), config=_config(asked, old.config)))
    for old in olds:
        _put(record, replace(old, state="upgrading"))

    def steps(task: Task) -> Iterator[Step]:
        index = begins(task, "UpgradeAddon")
        for old, new in zip(olds, news, strict=True):
            yield Step(task.after(index), partial(kubernetes.upgrade, record, new))
            yield Step(task.after(index + 1), partial(_judge, record, task, index, old, new))

    def undo(at: datetime) -> None:
        for old in olds:
            kubernetes.upgrade(record, old, at)
            _put(record, old)

    return _begin(call, record, "cluster_addon_upgrade", news, Change(kind="", steps=steps, undo=undo))


def _judge(record: ClusterRecord, task: Task, index: int, old: Addon, new: Addon, _at: datetime) -> None:
    waits = kubernetes.unavailable(record, new)
    if not waits:
        _put(record, replace(new, state="active"))
        return
    _put(record, replace(old, state="failed"))
    fail(record, task, index, TIMEOUT, f"timed out waiting for the condition: deployment {waits} is not available")


def uninstall_cluster_addons(call: Call) -> Json:
    record = _idle(call)
    addons = [record.addon(asked.required("name")) for asked in sent_items(call)]
    for addon in addons:
        if addon.name in REQUIRED:
            raise errors.addon_required(addon.name)
    for addon in addons:
        _put(record, replace(addon, state="deleting"))

    def steps(task: Task) -> Iterator[Step]:
        for addon in addons:
            after = task.after(len(task.stages))
            yield Step(after, partial(_uninstall, record, addon))

    def undo(_at: datetime) -> None:
        for addon in addons:
            _put(record, addon)

    return _begin(call, record, "cluster_addon_uninstall", addons, Change(kind="", steps=steps, undo=undo))


def _uninstall(record: ClusterRecord, addon: Addon, at: datetime) -> None:
    kubernetes.uninstall(record, addon, at)
    record.addons = [each for each in record.addons if each.name != addon.name]


def modify_cluster_addon(call: Call) -> Json:
    record = _idle(call)
    old = record.addon(call.path["component_id"])
    new = replace(old, config={**old.config, **_config(sent(call), {})})
    _put(record, replace(old, state="updating"))

    def steps(task: Task) -> Iterator[Step]:
        yield Step(task.after(len(task.stages)), partial(_put_then, record, new))

    change = Change(kind="", steps=steps, undo=partial(_put_then, record, old))
    _begin(call, record, "cluster_addon_modify", [new], change)
    return {}


def _begin(call: Call, record: ClusterRecord, kind: str, addons: list[Addon], change: Change) -> Json:
    parameters: dict[str, Json] = {"components": [addon.name for addon in addons]}
    task = start(record, replace(change, kind=kind, parameters=parameters), call.now)
    return {"cluster_id": record.plan.id, "request_id": call.request_id, "task_id": task.id}


def _idle(call: Call) -> ClusterRecord:
    """The cluster, when neither it nor an add-on of it changes."""
    record = call.cluster()
    refuse_while_cluster_is_busy(record, call.now)
    for task in record.under_way(call.now):
        if task.type.startswith("cluster_addon_"):
            raise errors.busy(task.type, task.id)
    return record


def _put(record: ClusterRecord, addon: Addon) -> None:
    record.addons = [addon if each.name == addon.name else each for each in record.addons]


def _put_then(record: ClusterRecord, addon: Addon, _at: datetime) -> None:
    _put(record, addon)


def _catalogued(name: str) -> Addon:
    found = next((addon for addon in CATALOGUE if addon.name == name), None)
    if found is None:
        raise errors.addon_unknown(name[:80])
    return found


def _offered(known: Addon, version: str) -> str:
    if version not in (known.version, known.newest):
        raise errors.addon_version_unknown(known.name, version[:80])
    return version


def _config(asked: Sent, default: dict[str, Json]) -> dict[str, Json]:
    """Settings travel as JSON text."""
    text = asked.text("config")
    if not text:
        return default
    try:
        config = json.loads(text)
    except (ValueError, RecursionError):
        config = None
    if not isinstance(config, dict):
        raise errors.invalid_parameter("config", "it is a JSON object, as text")
    return config
