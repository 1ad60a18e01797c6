"""`auth can-i`: asks the API server's authorizer whether this identity may do something."""

from dataclasses import dataclass
from typing import Any

from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.cluster.rules import rules_table
from ack_mcp_server.kube.native.pages import document
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.resolve import Resolver
from ack_mcp_server.kube.native.said import NoSuchType, UsageError

_REVIEWS = "/apis/authorization.k8s.io/v1"
_VERBS = frozenset(
    [
        "get",
        "list",
        "watch",
        "create",
        "update",
        "patch",
        "delete",
        "deletecollection",
        "use",
        "bind",
        "impersonate",
        "*",
        "approve",
        "sign",
        "escalate",
        "attest",
    ]
)
_URL_VERBS = frozenset(["get", "put", "post", "head", "options", "delete", "patch", "*"])
_NOT_DISCOVERED = ("users", "groups")  # only impersonated
_TWO_ARGUMENTS = (
    "error: you must specify two arguments: verb resource or verb resource/resourceName.\n"
    "See 'kubectl auth can-i -h' for help and examples."
)
_LIST_ALONE = "error: list option can't be specified with neither quiet, all-namespaces nor subresource options"


async def can_i(asked: Asked) -> Printed:
    """Exit code 1 means no. Raises UsageError, Refusal, AckError."""
    _check(asked)
    if asked.command.has("list"):
        return await _list(asked)
    printed = Printed()
    attributes = await _attributes(asked, printed)
    # kubectl looks at this after it has looked up the kind, and warned about it.
    if asked.command.has("no-headers"):
        printed.fail("error: --no-headers cannot be set without --list specified")
        return printed
    try:
        status = await _reviewed(asked, "SelfSubjectAccessReview", attributes)
    except Refusal as exc:
        printed.fail(exc.line)
        return printed
    printed.complaints += asked.warnings
    allowed = bool(status.get("allowed"))
    printed.exit_code = 0 if allowed else 1
    if not asked.command.has("quiet"):
        printed.blocks.append("yes\n" if allowed else _no(status))
    return printed


def _check(asked: Asked) -> None:
    command = asked.command
    if not command.has("list"):
        if len(command.arguments) != 2:
            raise UsageError(_TWO_ARGUMENTS)
        if command.arguments[1].startswith("/") and command.value("subresource"):
            raise UsageError("error: --subresource can not be used with NonResourceURL")
        return
    if command.arguments:
        raise UsageError("error: list option must be specified with no arguments")
    if command.has("quiet") or asked.everywhere or command.value("subresource"):
        raise UsageError(_LIST_ALONE)


def _no(status: dict[str, Any]) -> str:
    reasons = (status.get(name) for name in ("reason", "evaluationError"))
    return "".join(["no", *(f" - {reason}" for reason in reasons if reason), "\n"])


async def _list(asked: Asked) -> Printed:
    status = await _reviewed(asked, "SelfSubjectRulesReview", {"namespace": asked.namespace})
    table = rules_table(status, headed=not asked.command.has("no-headers"))
    printed = Printed(blocks=[table], complaints=[*asked.warnings])
    if status.get("incomplete"):
        printed.complaints.append(f"Warning: the list may be incomplete: {status.get('evaluationError', '')}")
    return printed


async def _reviewed(asked: Asked, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    question = {"kind": kind, "apiVersion": "authorization.k8s.io/v1", "metadata": {"creationTimestamp": None}}
    body = await asked.connection.post(f"{_REVIEWS}/{kind.lower()}s", {**question, "spec": spec})
    asked.warn(body.warnings)
    return document(body).get("status") or {}


async def _attributes(asked: Asked, printed: Printed) -> dict[str, Any]:
    """What the review is about. Warnings end in an empty line, as kubectl's do."""
    verb, target = asked.command.arguments
    if target.startswith("/"):
        _warn_of_verb(printed, verb, _URL_VERBS)
        return {"nonResourceAttributes": {"verb": verb, "path": target}}
    word, _, name = target.partition("/")
    kind = await _kind(asked, word, printed)
    if not asked.everywhere:
        if kind.of_cluster:
            _warn(printed, f"resource '{kind.resource}' is not namespace scoped{_in_group(kind.group)}")
        _warn_of_verb(printed, verb, _VERBS)
    attributes = {
        "namespace": "" if asked.everywhere else asked.namespace,
        "verb": verb,
        "group": kind.group,
        "resource": kind.resource,
        "subresource": asked.command.value("subresource"),
        "name": name,
    }
    return {"resourceAttributes": {field: value for field, value in attributes.items() if value}}


@dataclass(frozen=True)
class _Kind:
    resource: str
    group: str = ""
    of_cluster: bool = False


async def _kind(asked: Asked, word: str, printed: Printed) -> _Kind:
    """A word that the cluster does not know is asked about all the same: a rule may name it."""
    if word == "*":
        return _Kind(word)
    lower = word.lower()
    resolver = Resolver(await asked.kinds.now())
    try:
        found = resolver.one(lower)
    except NoSuchType:
        if await asked.kinds.refreshed():
            return await _kind(asked, word, printed)
        if lower not in _NOT_DISCOVERED:
            name, _, group = lower.partition(".")
            _warn(printed, f"the server doesn't have a resource type '{name}'{_in_group(group)}")
        return _Kind(word)
    printed.complaints += [f"Warning: {warning}" for warning in resolver.warnings]
    return _Kind(found.plural, found.group, not found.namespaced)


def _in_group(group: str) -> str:
    return f" in group '{group}'" if group else ""


def _warn_of_verb(printed: Printed, verb: str, known: frozenset[str]) -> None:
    if verb not in known:
        _warn(printed, f"verb '{verb}' is not a known verb")


def _warn(printed: Printed, text: str) -> None:
    printed.complaints += [f"Warning: {text}", ""]
