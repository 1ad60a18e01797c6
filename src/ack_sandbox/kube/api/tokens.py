"""TokenRequest: a short token of a service account, and finalize of a namespace."""

import base64
import json
import secrets
from datetime import timedelta

from ack_sandbox.kube.api import bodies, saving
from ack_sandbox.kube.api.replies import Reply, document
from ack_sandbox.kube.api.requests import Request, Target
from ack_sandbox.kube.api.written import Write
from ack_sandbox.kube.objects import Object, dig, metadata, rfc3339
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import invalid, not_found
from ack_sandbox.kube.users import User

HOUR = 3600
SHORTEST = 600


def request_token(state: ClusterState, user: User, request: Request, target: Target, resource: Resource) -> Reply:
    """The token has the form of a real one; no server accepts it."""
    account = state.store.get(resource.key, target.namespace, target.name)
    if account is None:
        raise not_found("serviceaccounts", "", target.name)
    asked = bodies.parse(request, "TokenRequest")
    spec: Object = asked.get("spec") or {}
    seconds = spec.get("expirationSeconds") or HOUR
    if seconds < SHORTEST:
        why = f"Invalid value: {seconds}: may not specify a duration less than 10 minutes"
        raise invalid("TokenRequest", "authentication.k8s.io", target.name, "spec.expirationSeconds", why)
    audiences = spec.get("audiences") or ["https://kubernetes.default.svc"]
    now = state.clock.now()
    until = now + timedelta(seconds=seconds)
    subject = f"system:serviceaccount:{target.namespace}:{target.name}"
    claims = {"aud": audiences, "exp": int(until.timestamp()), "iat": int(now.timestamp()), "sub": subject}
    made = {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {"name": target.name, "namespace": target.namespace, "creationTimestamp": rfc3339(now)},
        "spec": {**spec, "audiences": audiences, "expirationSeconds": seconds},
        "status": {"token": _token(claims), "expirationTimestamp": rfc3339(until)},
    }
    return document(made, 201)


def _token(claims: Object) -> str:
    parts = (json.dumps(each, separators=(",", ":")).encode() for each in ({"alg": "RS256", "typ": "JWT"}, claims))
    # A canary stands where the signature would.
    signature = f"{secrets.token_urlsafe(64)}-DO-NOT-LEAK-{secrets.token_urlsafe(8)}"
    return ".".join([*(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts), signature])


def finalize(state: ClusterState, user: User, request: Request, target: Target, resource: Resource) -> Reply:
    """Replace the finalizers in the spec of a namespace."""
    write = Write(state, request, resource)
    old = state.store.get(resource.key, "", target.name)
    if old is None:
        raise not_found("namespaces", "", target.name)
    sent = write.read(bodies.parse(request, "Namespace"))
    spec = {**old["spec"], "finalizers": dig(sent, "spec", "finalizers", default=[])}
    meta = {
        **metadata(old),
        "resourceVersion": metadata(sent).get("resourceVersion") or metadata(old)["resourceVersion"],
    }
    return saving.update(write, old, {**old, "metadata": meta, "spec": spec}, subresource="finalize")
