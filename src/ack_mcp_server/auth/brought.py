"""A kubeconfig that a request brings, as text: it is an identity of its own, and is never joined with another."""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import Literal

from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.settings import Settings

MAX_BYTES = 32 * 1024  # in base64 it fits the headers of a request; those that ACK issues have 6 KiB

Way = Literal["HEADER", "ARGUMENT"]
_NEXT = "Send the kubeconfig of one cluster alone: kubectl config view --minify --flatten --raw."
_CALLED: dict[Way, str] = {"HEADER": "the header X-Kubeconfig", "ARGUMENT": "the argument kubeconfig"}


@dataclass(frozen=True, kw_only=True)
class BroughtKubeconfig:
    """Not read yet. Its text is not part of its repr. Raises InvalidInput for a text that is too large."""

    text: str = field(repr=False)
    way: Way
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        material = self.text.encode(errors="replace")
        if len(material) > MAX_BYTES:
            raise InvalidInput(f"{_CALLED[self.way]} holds more than {MAX_BYTES} bytes", next_step=_NEXT)
        digest = hashlib.sha256(b"ack-mcp-server kubeconfig\0" + material).hexdigest()
        object.__setattr__(self, "fingerprint", digest[:16])

    def check_accepted(self, settings: Settings) -> None:
        """Raises NotEnabled where the operator did not allow it."""
        header = self.way == "HEADER"
        if not (settings.allow_kubeconfig_header if header else settings.allow_kubeconfig_argument):
            raise NotEnabled(
                f"this server does not take {_CALLED[self.way]}",
                next_step=f"Leave it out; an operator may start the server with --allow-kubeconfig-{self.way.lower()}.",
            )
        if settings.clusters:
            raise NotEnabled(
                f"this server does not take {_CALLED[self.way]}, because it touches the clusters of --clusters only",
                next_step=f"Leave it out, and use one of {', '.join(settings.clusters)}.",
            )


def from_header(value: str) -> BroughtKubeconfig:
    """Raises InvalidInput for what is not base64 of text."""
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise InvalidInput(f"{_CALLED['HEADER']} is not base64 of a text", next_step=_NEXT) from None
    return BroughtKubeconfig(text=text, way="HEADER")
