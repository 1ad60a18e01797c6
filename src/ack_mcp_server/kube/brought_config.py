"""A kubeconfig that a request brings: of its current context a few values are taken; what reaches further is refused by
name, because it would make this server run programs, read files, or trust anybody. Values are never repeated."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import NAMESPACE
from ack_mcp_server.kube.kubeconfig import Kubeconfig
from ack_mcp_server.kube.writes.yaml_values import yaml_values

_NEXT = "Send one with server, certificate-authority-data, and token or client-certificate-data with client-key-data."
# By the part of a context: what may stand in it, and what is refused by its name (k8s.io/client-go clientcmd/api/v1).
_TAKEN = {
    "cluster": {"server", "certificate-authority-data", "disable-compression", "extensions"},
    "user": {"client-certificate-data", "client-key-data", "token", "extensions"},
    "context": {"cluster", "user", "namespace", "extensions"},
}
_REFUSED = {
    "cluster": {"certificate-authority", "insecure-skip-tls-verify", "proxy-url", "tls-server-name"},
    "user": {
        "exec", "auth-provider", "client-certificate", "client-key", "tokenFile", "username", "password", "as",
        "as-uid", "as-groups", "as-user-extra",
    },
    "context": set(),
}  # fmt: skip
_TOKEN = re.compile(r"[!-~]+")  # of a header's value
_DATA = ("client-certificate-data", "client-key-data")


def read_brought(text: str) -> Kubeconfig:
    """Not pinned yet. Raises InvalidInput. The largest takes a few milliseconds."""
    config = _document(text)
    context = _entry(config, "context", config.get("current-context"))
    cluster = _entry(config, "cluster", context.get("cluster"))
    user = _entry(config, "user", context.get("user"))
    found = Kubeconfig(
        server=_text(cluster, "server"),
        certificate_authority_data=_pem(cluster, "certificate-authority-data"),
        client_certificate_data=_pem(user, _DATA[0]),
        client_key_data=_pem(user, _DATA[1]),
        token=_matching(user, "token", _TOKEN),
        namespace=_matching(context, "namespace", NAMESPACE),
        expires=None,
    )
    if bool(found.client_certificate_data) != bool(found.client_key_data):
        raise _refused(f"has one of {' and '.join(_DATA)}, not both")
    if not (found.token or found.client_certificate_data):
        raise _refused(f"has no token and no {_DATA[0]}")
    return found


def _document(text: str) -> Mapping[str, Any]:
    try:
        documents = [found.value for found in yaml_values(text)]
    except InvalidInput:
        # It tells of a manifest, and may repeat a key.
        raise _refused("is no YAML, or not plain: a tag, or a key that stands twice") from None
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise _refused("is not one document")
    return documents[0]


def _entry(config: Mapping[str, Any], part: str, name: object) -> Mapping[str, Any]:
    """The first of that name, as kubectl takes it; the other contexts' parts do not matter."""
    entries = config.get(f"{part}s")
    for entry in entries if isinstance(entries, list) else ():
        found = entry.get(part) if isinstance(entry, dict) and name and entry.get("name") == name else None
        if isinstance(found, dict):
            _check_keys(part, found)
            return found
    raise _refused(f"has no {part} for its current-context")


def _check_keys(part: str, entry: Mapping[str, Any]) -> None:
    said = {key for key, value in entry.items() if value not in (None, "", False) and value != []}
    if named := sorted(said & _REFUSED[part]):
        raise _refused(f"sets {', '.join(named)}, which no request may")
    if said - _TAKEN[part]:
        raise _refused(f"has a {part} with a key that is not known here")


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _refused(f"has a {key} that is no text")
    return value


def _matching(entry: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = _text(entry, key)
    if value and not pattern.fullmatch(value):
        raise _refused(f"has a {key} that cannot be one")
    return value


def _pem(entry: Mapping[str, Any], key: str) -> str:
    value = _text(entry, key)
    try:
        whole = not value or b"-----BEGIN " in base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        whole = False
    if not whole:
        raise _refused(f"has a {key} that is not PEM in base64")
    return value


def _refused(what: str) -> InvalidInput:
    return InvalidInput(f"the kubeconfig {what}", next_step=_NEXT)
