"""What a pod asks of its node beyond what an ordinary pod does: the host's namespaces, paths, ports and capabilities.

Every object is looked through for the fields themselves, wherever they stand, so that a pod template is found in any
kind, and in a patch of any part. The list follows the baseline of the Pod Security Standards.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ack_mcp_server.answers.clean import one_line

_ORDINARY_CAPABILITIES = frozenset({"NET_BIND_SERVICE"})
_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_UNCONFINED = (
    "seccomp.security.alpha.kubernetes.io/",
    "container.seccomp.security.alpha.kubernetes.io/",
    "container.apparmor.security.beta.kubernetes.io/",
)
_VOLUME_KINDS = frozenset({"pv", "persistentvolume", "persistentvolumes"})
_SELINUX_TYPES = frozenset({"container_t", "container_init_t", "container_kvm_t", "container_engine_t"})
_SCHEMA = "properties"  # a field of this name is in the definition of a custom resource, where it describes one
_LONGEST = 80  # characters of a name or path that are shown
_NAMES_ONLY = ("/metadata/labels/", "/metadata/annotations/")  # where a copied value can do nothing
_COPIED = "a patch that copies or moves fields"
_Wishes = Iterator[str]


def privileges_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Each once, in the order of the alphabet; none for an ordinary pod."""
    return _sorted(_wishes(body, _is_volume(str(body.get("kind", "")))))


def privileges_in_patch(patch: object, kind: str) -> tuple[str, ...]:
    """The same of a merge, strategic or JSON patch for an object of `kind`, as a command names it."""
    if isinstance(patch, list):
        return _sorted(wish for operation in patch for wish in _operation(operation, _is_volume(kind)))
    return _sorted(_wishes(patch, _is_volume(kind)))


def _sorted(wishes: _Wishes) -> tuple[str, ...]:
    return tuple(sorted(set(wishes)))


def _is_volume(kind: str) -> bool:
    return kind.lower().partition("/")[0].partition(".")[0] in _VOLUME_KINDS


def _operation(operation: object, is_volume: bool) -> _Wishes:
    if not isinstance(operation, dict):
        return
    path, what = str(operation.get("path", "")), operation.get("op")
    if what in ("add", "replace"):
        yield from _wishes(_placed(path, operation.get("value")), is_volume)
    elif what not in ("remove", "test") and not _is_name(path):
        yield _COPIED  # what stands at the source is not in the patch


def _is_name(path: str) -> bool:
    return path.startswith(_NAMES_ONLY) and not any(f"/{prefix[:-1]}~1" in path for prefix in _UNCONFINED)


def _placed(path: str, value: object) -> object:
    """The value where the path puts it; numbers and `-` are places of a list."""
    for segment in reversed(path.split("/")[1:]):
        key = segment.replace("~1", "/").replace("~0", "~")
        value = [value] if key == "-" or key.isdecimal() else {key: value}
    return value


def _wishes(root: object, is_volume: bool) -> _Wishes:
    """Without recursion, because an object from a cluster may be nested more deeply than a manifest."""
    rest: list[tuple[str, object, str]] = [("", root, "")]
    while rest:
        key, node, container = rest.pop()
        if key in _FIELDS:
            yield from (f"{wish}{container}" for wish in _FIELDS[key](node))
        if key == "local" and is_volume:
            yield from _host_path(node)
        if isinstance(node, dict):
            rest += [(str(name), child, container) for name, child in node.items()]
        elif isinstance(node, list):
            rest += [("", child, _container(key, child) or container) for child in node]


def _container(key: str, node: object) -> str:
    named = node.get("name") if key in _CONTAINERS and isinstance(node, dict) else None
    return f" (container {_shown(named)})" if isinstance(named, str) else ""


def _shown(text: str) -> str:
    return one_line(text, _LONGEST)


def _switch(name: str) -> Callable[[object], _Wishes]:
    def wish(value: object) -> _Wishes:
        if value is True:
            yield name

    return wish


def _host_path(source: object) -> _Wishes:
    """A patch may hold a part of it."""
    if not isinstance(source, dict):
        return
    path = source.get("path")
    if isinstance(path, str):
        yield f"hostPath {_shown(path)}"
    elif isinstance(source.get("type"), str) and _SCHEMA not in source:
        yield "hostPath"


def _capabilities(node: object) -> _Wishes:
    added = node.get("add") if isinstance(node, dict) else None
    for name in added if isinstance(added, list) else ():
        if isinstance(name, str) and name.removeprefix("CAP_") not in _ORDINARY_CAPABILITIES:
            yield f"capability {_shown(name)}"


def _host_port(port: object) -> _Wishes:
    if isinstance(port, int) and not isinstance(port, bool) and port:
        yield f"hostPort {port}"


def _proc_mount(value: object) -> _Wishes:
    if isinstance(value, str) and value not in ("", "Default"):
        yield f"procMount {_shown(value)}"


def _profile(name: str) -> Callable[[object], _Wishes]:
    def wish(profile: object) -> _Wishes:
        if isinstance(profile, dict) and profile.get("type") == "Unconfined":
            yield f"{name} Unconfined"

    return wish


def _annotations(node: object) -> _Wishes:
    """As profiles were asked for before they had fields; still obeyed."""
    for key, value in node.items() if isinstance(node, dict) else ():
        if str(key).startswith(_UNCONFINED) and value == "unconfined":
            yield f"{'apparmor' if 'apparmor' in str(key) else 'seccomp'} unconfined"


def _selinux(options: object) -> _Wishes:
    if not isinstance(options, dict) or _SCHEMA in options:
        return
    for key in ("type", "user", "role"):
        value = options.get(key)
        if isinstance(value, str) and value and not (key == "type" and value in _SELINUX_TYPES):
            yield f"seLinux {key} {_shown(value)}"


_FIELDS: Mapping[str, Callable[[object], _Wishes]] = {
    **{name: _switch(name) for name in ("hostNetwork", "hostPID", "hostIPC", "hostProcess", "privileged")},
    "hostPath": _host_path,
    "capabilities": _capabilities,
    "hostPort": _host_port,
    "procMount": _proc_mount,
    "seccompProfile": _profile("seccomp"),
    "appArmorProfile": _profile("apparmor"),
    "annotations": _annotations,
    "seLinuxOptions": _selinux,
}
