"""The operator's own kubeconfig as a value, where it is one that needs no program, no proxy and no second file."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ack_mcp_server.kube.kubeconfig import Kubeconfig, named

_KNOWN_CLUSTER = {
    "server", "certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify", "tls-server-name",
    "extensions",
}  # fmt: skip
_KNOWN_USER = {
    "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile",
    "extensions",
}  # fmt: skip


_FILES = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
_Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass
class LocalConfig:
    """Read anew when a file changed. `kubeconfig` is None for what only kubectl can use."""

    kubeconfig: Kubeconfig | None = field(default=None, init=False)
    _stamp: _Stamp = field(default=(), init=False)

    def is_fresh(self, files: tuple[Path, ...]) -> bool:
        """Not where it names further files: each of them may have changed."""
        reads_others = self.kubeconfig is not None and self.kubeconfig.from_files
        return not reads_others and self._stamp == _stamp(files)

    def read(self, files: tuple[Path, ...]) -> None:
        """Blocks on files."""
        self._stamp, self.kubeconfig = _stamp(files), read_local(files)


def _stamp(files: tuple[Path, ...]) -> _Stamp:
    facts = ((str(file), file.stat()) for file in files)
    return tuple((name, found.st_mtime_ns, found.st_size, found.st_ino) for name, found in facts)


def read_local(files: tuple[Path, ...]) -> Kubeconfig | None:
    """Blocks on files. None for what only kubectl can use: several files, exec plugins, proxies, plain HTTP, or a file
    that is not whole (of which kubectl then tells what is wrong)."""
    import yaml

    if len(files) != 1:
        return None
    try:
        config = yaml.safe_load(files[0].read_text(encoding="utf-8"))
        context = named(config["contexts"], config["current-context"])["context"]
        cluster = named(config["clusters"], context["cluster"])["cluster"]
        user = named(config["users"], context["user"])["user"] if context.get("user") else {}
        return _kubeconfig(files[0].parent, cluster, user or {}, str(context.get("namespace") or ""))
    except (yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError, RecursionError, OSError):
        return None


def _kubeconfig(folder: Path, cluster: Mapping[str, Any], user: Mapping[str, Any], namespace: str) -> Kubeconfig | None:
    server = str(cluster["server"])
    if not server.startswith("https://") or set(cluster) - _KNOWN_CLUSTER or set(user) - _KNOWN_USER:
        return None
    return Kubeconfig(
        server=server,
        expires=None,
        certificate_authority_data=_data(folder, cluster, "certificate-authority"),
        client_certificate_data=_data(folder, user, "client-certificate"),
        client_key_data=_data(folder, user, "client-key"),
        token=_token(folder, user),
        namespace=namespace,
        server_name=str(cluster.get("tls-server-name") or ""),
        from_files=any(name in part for part in (cluster, user) for name in _FILES),
        insecure=cluster.get("insecure-skip-tls-verify") is True,
    )


def _data(folder: Path, part: Mapping[str, Any], name: str) -> str:
    if inline := part.get(f"{name}-data"):
        return str(inline)
    path = part.get(name)
    return base64.b64encode((folder / str(path)).read_bytes()).decode() if path else ""


def _token(folder: Path, user: Mapping[str, Any]) -> str:
    """A token's file wins over a token, as for kubectl."""
    path = user.get("tokenFile")
    return (folder / str(path)).read_text(encoding="utf-8").strip() if path else str(user.get("token") or "")
