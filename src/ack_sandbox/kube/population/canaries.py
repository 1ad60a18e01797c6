"""Secrets wherever a real cluster has them; each value holds DO-NOT-LEAK, so that searching finds a leak."""

import base64
import gzip
import json

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.custom import backup, tenant
from ack_sandbox.kube.population.namespaces import service_account
from ack_sandbox.kube.population.shapes import days
from ack_sandbox.kube.population.world import World

CANARY = "DO-NOT-LEAK"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
AGE = days(90)


def canary(world: World, *path: object) -> str:
    """A made-up secret that is different in each place."""
    return f"{world.digest('canary', *path)[:10]}-{CANARY}-{world.digest('canary', 'end', *path)[:4]}"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def secret(
    world: World, name: str, space: str, kind: str, data: dict[str, str], annotations: dict[str, str] | None = None
) -> Object:
    """A Secret; `data` is given in the clear."""
    meta = world.metadata("Secret", name, space, age=AGE, annotations=annotations)
    hidden = {key: encoded(value) for key, value in data.items()}
    return world.add({"kind": "Secret", "apiVersion": "v1", "data": hidden, "metadata": meta, "type": kind})


def secrets(world: World, space: str) -> None:
    """One Secret of each type a namespace usually has."""
    password = canary(world, space, "db")
    applied = json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "db-credentials"},
            "data": {"username": encoded(space)},
            "stringData": {"password": password, "note": canary(world, space, "note")},
        }
    )
    secret(world, "db-credentials", space, "Opaque", {"username": space, "password": password}, {LAST_APPLIED: applied})
    login = {"username": "robot", "password": canary(world, space, "registry")}
    login["auth"] = encoded(f"{login['username']}:{login['password']}")
    config = json.dumps({"auths": {"registry-vpc.example.com": login}})
    secret(world, "partner-registry", space, "kubernetes.io/dockerconfigjson", {".dockerconfigjson": config})
    key = f"-----BEGIN PRIVATE KEY-----\n{encoded(canary(world, space, 'tls'))}\n{canary(world, space, 'key')}\n"
    certificate = f"-----BEGIN CERTIFICATE-----\n{world.digest('certificate', space)}\n-----END CERTIFICATE-----\n"
    pair = {"tls.crt": certificate, "tls.key": key + "-----END PRIVATE KEY-----\n"}
    secret(world, "wildcard-tls", space, "kubernetes.io/tls", pair)


def tokens_and_releases(world: World, space: str) -> None:
    account = service_account(world, "ci-deployer", space, AGE)
    annotations = {
        "kubernetes.io/service-account.name": "ci-deployer",
        "kubernetes.io/service-account.uid": account["metadata"]["uid"],
    }
    token = f"eyJhbGciOiJSUzI1NiJ9.{encoded(space)}.{canary(world, space, 'token')}"
    data = {"token": token, "namespace": space, "ca.crt": world.digest("root-ca")}
    secret(world, "ci-deployer-token", space, "kubernetes.io/service-account-token", data, annotations)
    release = {
        "name": "redis",
        "info": {"status": "deployed"},
        "config": {"auth": {"password": canary(world, space, "helm")}},
        "chart": {"metadata": {"name": "redis", "version": "19.6.4"}},
        "version": 1,
    }
    packed = gzip.compress(json.dumps(release).encode(), mtime=0)
    text = base64.b64encode(packed).decode()
    secret(world, "sh.helm.release.v1.redis.v1", space, "helm.sh/release.v1", {"release": text})


def custom_objects_of(world: World, space: str) -> None:
    connection = f"s3://backup:{canary(world, space, 'backup')}@backups.example.com/{space}"
    backup(world, f"{space}-daily", space, "orders-db", connection)


def tenants(world: World) -> None:
    for name, plan in (("acme", "enterprise"), ("globex", "standard"), ("initech", "trial")):
        tenant(world, name, plan, canary(world, "tenant", name), days(world.number(20, 190, "tenant-age", name)))
