"""`auth whoami`: who this identity is, as the API server sees it."""

import json
from collections.abc import Mapping
from typing import Any

from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.get.formats import Printer, printer_of
from ack_mcp_server.kube.native.pages import document
from ack_mcp_server.kube.native.printed import Printed, text_of
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.said import NotUnderstood, UsageError
from ack_mcp_server.kube.printing.go import go_string
from ack_mcp_server.kube.printing.table import render_rows

_GROUP = "authentication.k8s.io"
_VERSIONS = ("v1", "v1beta1", "v1alpha1")
_NOT_THERE = "error: the selfsubjectreviews API is not enabled in the cluster"
_FORBIDDEN = f"{_NOT_THERE} or you do not have permission to call it"
_ESCAPED_BY_GO = "<>&\u2028\u2029"


async def whoami(asked: Asked) -> Printed:
    """Raises NotUnderstood, UsageError, Refusal, AckError."""
    form, _, pattern = asked.command.value("output").partition("=")
    printer = _PRINTERS.get(form) or printer_of(asked.command, form, pattern, asked.room)
    review = await _review(asked)
    return Printed(blocks=printer(review), complaints=[*asked.warnings])


async def _review(asked: Asked) -> Json:
    """The newest version that the API server has, its fields in the order of the API's types."""
    for version in _VERSIONS:
        try:
            return asked.redact(await _asked_as(asked, version))
        except Refusal as exc:
            if exc.reason == "Forbidden":
                raise UsageError(_FORBIDDEN) from exc
            if exc.reason != "NotFound":
                raise
    raise UsageError(_NOT_THERE)


async def _asked_as(asked: Asked, version: str) -> Json:
    path, kind = f"/apis/{_GROUP}/{version}/selfsubjectreviews", "SelfSubjectReview"
    question = {"kind": kind, "apiVersion": f"{_GROUP}/{version}", "metadata": {"creationTimestamp": None}}
    body = await asked.connection.post(path, {**question, "status": {"userInfo": {}}})
    asked.warn(body.warnings)
    answer = document(body)
    who: dict[str, Any] = (answer.get("status") or {}).get("userInfo") or {}
    known = {name: who[name] for name in ("username", "uid", "groups", "extra") if who.get(name)}
    if "extra" in known:
        known["extra"] = dict(sorted(known["extra"].items()))
    metadata = {"creationTimestamp": (answer.get("metadata") or {}).get("creationTimestamp")}
    return {**question, "metadata": metadata, "status": {"userInfo": known}}


def _as_json(review: Json) -> str:
    """Go writes the fields of a type in the type's order."""
    text = json.dumps(review, indent=4, ensure_ascii=False)
    if any(character in text for character in _ESCAPED_BY_GO):
        raise NotUnderstood
    return f"{text}\n"


def _as_table(who: dict[str, Any]) -> str:
    rows = [("ATTRIBUTE", "VALUE")]
    rows += [(title, who[name]) for title, name in (("Username", "username"), ("UID", "uid")) if name in who]
    if "groups" in who:
        rows.append(("Groups", go_string(who["groups"])))
    rows += [(f"Extra: {name}", go_string(values)) for name, values in who.get("extra", {}).items()]
    return text_of(render_rows(rows))


_PRINTERS: Mapping[str, Printer] = {
    "": lambda review: [_as_table(review["status"]["userInfo"])],
    "json": lambda review: [_as_json(review)],
    "name": lambda _review: [f"selfsubjectreview.{_GROUP}/<unknown>\n"],
}
