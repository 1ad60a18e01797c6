"""A kubeconfig as a value: the four things that a client needs, and nothing that could reach beyond them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ack_mcp_server.errors import UnexpectedAnswer

_LONGEST = 1024 * 1024
_NAME = "cluster"


@dataclass(frozen=True, kw_only=True)
class Kubeconfig:
    """Data in base64 as kubeconfigs hold it. Secrets are not part of its repr."""

    server: str
    expires: datetime | None  # None: it does not say
    certificate_authority_data: str = field(default="", repr=False)
    client_certificate_data: str = field(default="", repr=False)
    client_key_data: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    namespace: str = ""  # the context's own
    # An operator's choice, in a file of theirs; what the cloud hands out has none of these.
    server_name: str = ""
    insecure: bool = False
    from_files: bool = False  # of certificates or a token, which may be replaced at any time

    def render(self, proxy: str = "") -> str:
        """For kubectl, as JSON, which YAML readers read."""
        user = {
            "client-certificate-data": self.client_certificate_data,
            "client-key-data": self.client_key_data,
            "token": self.token,
        }
        context = {"cluster": _NAME, "user": _NAME, "namespace": self.namespace}
        cluster = {
            "server": self.server,
            "certificate-authority-data": self.certificate_authority_data,
            "tls-server-name": self.server_name,
            "proxy-url": proxy,
        }
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": _NAME,
                "clusters": [{"name": _NAME, "cluster": _filled(cluster)}],
                "users": [{"name": _NAME, "user": _filled(user)}],
                "contexts": [{"name": _NAME, "context": _filled(context)}],
            }
        )


def read(text: str, expires: datetime) -> Kubeconfig:
    """The current context of a kubeconfig that the cloud handed out. Raises UnexpectedAnswer.

    Only inline data is taken: no exec plugin, auth provider, file, proxy or insecure switch survives.
    """
    import yaml

    try:
        if len(text) > _LONGEST:
            raise ValueError("too large")
        config = yaml.safe_load(text)
        context = named(config["contexts"], config["current-context"])["context"]
        cluster = named(config["clusters"], context["cluster"])["cluster"]
        user = named(config["users"], context["user"])["user"]
        return Kubeconfig(
            server=_https(cluster["server"]),
            certificate_authority_data=_text(cluster, "certificate-authority-data"),
            client_certificate_data=_text(user, "client-certificate-data"),
            client_key_data=_text(user, "client-key-data"),
            token=_text(user, "token"),
            expires=expires,
        )
    except (yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as exc:
        # The text of these errors can hold a line of the kubeconfig.
        raise UnexpectedAnswer(
            f"the cloud's kubeconfig cannot be used ({type(exc).__name__})",
            next_step="Fetch it in the console to see whether it is whole; report it with the server's version.",
        ) from None


def named(entries: Any, name: str) -> Mapping[str, Any]:
    """The entry of a kubeconfig's list. Raises LookupError."""
    for entry in entries:
        if entry["name"] == name:
            found: Mapping[str, Any] = entry
            return found
    raise LookupError("the current context is not whole")


def _https(server: Any) -> str:
    if not isinstance(server, str) or not server.startswith("https://"):
        raise ValueError("the API server is not reached by HTTPS")
    return server


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
