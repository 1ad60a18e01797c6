"""One entry of the audit log, from a row whose fields are JSON texts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from ack_mcp_server.services.audit.kinds import READS
from ack_mcp_server.services.sls.moments import row_time, stamp
from ack_mcp_server.services.sls.wire import Row

# What their bodies hold is secret as a whole, whoever configured the audit policy to log them.
SECRETIVE = frozenset({"secrets", "tokenreviews", "tokenrequests"})
_SECRETIVE_SUBRESOURCES = frozenset({"token"})
_LONGEST = 300  # characters of a name; Kubernetes takes 253
_LONGEST_TEXT = 4000
_HELM_RELEASE = "sh.helm.release."


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """Who asked for what, when, from where, and what the API server said. `code` is 0 where it was not logged."""

    time: datetime
    user: str
    verb: str
    code: int = 0
    resource: str = ""
    group: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    uri: str = ""
    query: str = ""  # of the URI
    reason: str = ""
    message: str = ""
    source_ip: str = ""
    agent: str = ""
    impersonated: str = ""
    audit_id: str = ""
    request_text: str = ""
    response_text: str = ""

    @property
    def request(self) -> Any:
        """The body that was sent, parsed; None where it was not logged, its text where it is no JSON."""
        return _body(self.request_text)

    @property
    def response(self) -> Any:
        """The body that was answered."""
        return _body(self.response_text)

    @property
    def is_write(self) -> bool:
        return self.verb not in READS

    @property
    def is_dry_run(self) -> bool:
        """A write that was only tried; the options of a deletion are its body, where the policy logs that."""
        if not self.is_write:
            return False
        return bool(parse_qs(self.query).get("dryRun")) or (self._has_options and _asks_for_dry_run(self.request))

    @property
    def _has_options(self) -> bool:
        """Whether the body holds options, and no object, whose own fields may be called so."""
        return self.verb in ("delete", "deletecollection") or self.subresource == "eviction"

    @property
    def is_secretive(self) -> bool:
        return (
            self.resource in SECRETIVE
            or self.subresource in _SECRETIVE_SUBRESOURCES
            or self.name.startswith(_HELM_RELEASE)
        )

    @property
    def object(self) -> str:
        """`deployments/web`, `pods/web-0/exec`; the path of what is no resource."""
        if not self.resource:
            return self.uri
        return "/".join(part for part in (self.resource, self.name, self.subresource) if part)


def entry_of(row: Row) -> AuditEntry:
    """Tolerates what is missing or not as documented: a log is read when things are not as they should be."""
    user, reference, status = (_parsed(row, name) for name in ("user", "objectRef", "responseStatus"))
    path, _, query = _text(row.get("requestURI"), _LONGEST_TEXT).partition("?")
    return AuditEntry(
        time=stamp(row.get("stageTimestamp")) or stamp(row.get("requestReceivedTimestamp")) or row_time(row),
        user=_text(user.get("username")),
        impersonated=_text(_parsed(row, "impersonatedUser").get("username")),
        verb=_text(row.get("verb")),
        code=_number(status.get("code")),
        reason=_text(status.get("reason")),
        message=_text(status.get("message"), _LONGEST_TEXT),
        resource=_text(reference.get("resource")),
        group=_text(reference.get("apiGroup")),
        subresource=_text(reference.get("subresource")),
        namespace=_text(reference.get("namespace")),
        name=_text(reference.get("name")),
        uri=path[:_LONGEST],
        query=query,
        source_ip=_first(row.get("sourceIPs")),
        agent=_text(row.get("userAgent")),
        audit_id=_text(row.get("auditID")),
        request_text=_json_text(row.get("requestObject")),
        response_text=_json_text(row.get("responseObject")),
    )


def _parsed(row: Row, name: str) -> Mapping[str, Any]:
    """A field that is JSON text, already JSON, or spread over fields with dotted names."""
    value = _body(row.get(name))
    if isinstance(value, Mapping):
        return value
    return {key[len(name) + 1 :]: each for key, each in row.items() if key.startswith(f"{name}.")}


def _body(value: object) -> Any:
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value or None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _asks_for_dry_run(body: Any) -> bool:
    """Of DeleteOptions, or of an Eviction that holds them."""
    if not isinstance(body, Mapping):
        return False
    options = body.get("deleteOptions")
    return bool(body.get("dryRun") or (isinstance(options, Mapping) and options.get("dryRun")))


def _json_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value) if value else ""


def _first(value: object) -> str:
    addresses = _body(value)
    return _text(addresses[0]) if isinstance(addresses, list) and addresses else _text(addresses)


def _text(value: object, longest: int = _LONGEST) -> str:
    return value[:longest] if isinstance(value, str) else ""


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
