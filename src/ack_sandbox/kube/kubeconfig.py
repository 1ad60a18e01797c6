"""The kubeconfig of a cluster for one user, in the shape ACK's DescribeClusterUserKubeconfig returns it."""

import base64
from datetime import datetime, timedelta
from typing import Literal

import yaml

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.users import Users
from ack_sandbox.plan import ClusterPlan

Credential = Literal["token", "certificate"]


def _encoded(pem: bytes) -> str:
    return base64.b64encode(pem).decode()


def _credential(users: Users, user: str, valid: timedelta, credential: Credential) -> tuple[Object, datetime]:
    if credential == "token":
        token, expires = users.token(user, valid)
        return {"token": token}, expires
    pair, expires = users.certificate(user, valid)
    return {
        "client-certificate-data": _encoded(pair.certificate_pem),
        "client-key-data": _encoded(pair.key_pem),
    }, expires


def kubeconfig(
    cluster: ClusterPlan,
    users: Users,
    server: str,
    *,
    user: str,
    minutes: int,
    credential: Credential = "token",
) -> tuple[str, datetime]:
    """The YAML text, and when its credential expires by the region's clock."""
    secret, expires = _credential(users, user, timedelta(minutes=minutes), credential)
    context = f"{user}-{cluster.id}"
    document = {
        "apiVersion": "v1",
        "clusters": [
            {
                "cluster": {
                    "server": server,
                    "certificate-authority-data": _encoded(users.authority.certificate_pem),
                },
                "name": "kubernetes",
            }
        ],
        "contexts": [{"context": {"cluster": "kubernetes", "user": user}, "name": context}],
        "current-context": context,
        "kind": "Config",
        "preferences": {},
        "users": [{"name": user, "user": secret}],
    }
    return yaml.safe_dump(document, sort_keys=False), expires
