"""Flags that no verb is given, by what they would do: so that a refusal can say why."""

from collections.abc import Mapping

_REASONS: Mapping[str, str] = {
    "server s cluster tls-server-name insecure-skip-tls-verify insecure-skip-tls-verify-backend certificate-authority "
    "disable-compression match-server-version": "would reach another server, or trust it blindly",
    "token username password user client-certificate client-key auth-provider auth-provider-arg exec-command exec-arg "
    "exec-env exec-api-version": "would act as somebody else",
    "as as-group as-uid as-user-extra": "would impersonate somebody",
    "context kubeconfig kuberc": "would use another kubeconfig; name the cluster with cluster_id",
    "cache-dir profile profile-output log-file log-dir log-file-max-size log-flush-frequency logtostderr "
    "alsologtostderr log-backtrace-at stderrthreshold add-dir-header one-output skip-headers skip-log-headers vmodule "
    "output-directory": "would write files on the server",
    "raw": "would reach any path of the API server; name a resource instead",
    "filename f kustomize k recursive r from-file from-env-file patch-file template local": "would read files or "
    "addresses from the server",
    "stdin i tty t it edit interactive": "needs a person at a terminal",
    "dry-run": "changes nothing about what is allowed, and nothing that reads takes it",
    "help h": "is not needed: options tells what is offered",
}

REASONS: Mapping[str, str] = {name: reason for names, reason in _REASONS.items() for name in names.split()}


def reason_for(name: str) -> str:
    """Why a flag is refused, whatever its spelling; empty when nothing is known about it."""
    return REASONS.get(name.lower().replace("_", "-"), "")
