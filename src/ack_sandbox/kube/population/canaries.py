"""Secrets wherever a real cluster has them; each value holds DO-NOT-LEAK, so that searching finds a leak."""

import base64
import gzip
import json
from dataclasses import replace

from ack_sandbox.kube.logs import Script
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.custom import backup, tenant
from ack_sandbox.kube.population.namespaces import config_map, service_account
from ack_sandbox.kube.population.services import app_service
from ack_sandbox.kube.population.shapes import app, days
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World

CANARY = "DO-NOT-LEAK"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
AGE = days(90)


def canary(world: World, *path: object) -> str:
    """A made-up secret that is different in each place."""
    return f"{world.digest('canary', *path)[:10]}-{CANARY}-{world.digest('canary', 'end', *path)[:4]}"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def secret(
    world: World, name: str, space: str, kind: str, data: dict[str, str], annotations: dict[str, str] | None = None
) -> Object:
    """A Secret; `data` is given in the clear."""
    meta = world.metadata("Secret", name, space, age=AGE, annotations=annotations)
    encoded = {key: _encoded(value) for key, value in data.items()}
    return world.add({"kind": "Secret", "apiVersion": "v1", "data": encoded, "metadata": meta, "type": kind})


def secrets(world: World, space: str) -> None:
    """One Secret of each type a namespace usually has."""
    password = canary(world, space, "db")
    applied = json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "db-credentials"},
            "stringData": {"password": password},
        }
    )
    secret(world, "db-credentials", space, "Opaque", {"username": space, "password": password}, {LAST_APPLIED: applied})
    login = {"username": "robot", "password": canary(world, space, "registry")}
    login["auth"] = _encoded(f"{login['username']}:{login['password']}")
    config = json.dumps({"auths": {"registry-vpc.example.com": login}})
    secret(world, "partner-registry", space, "kubernetes.io/dockerconfigjson", {".dockerconfigjson": config})
    key = f"-----BEGIN PRIVATE KEY-----\n{_encoded(canary(world, space, 'tls'))}\n{canary(world, space, 'key')}\n"
    certificate = f"-----BEGIN CERTIFICATE-----\n{world.digest('certificate', space)}\n-----END CERTIFICATE-----\n"
    pair = {"tls.crt": certificate, "tls.key": key + "-----END PRIVATE KEY-----\n"}
    secret(world, "wildcard-tls", space, "kubernetes.io/tls", pair)


def tokens_and_releases(world: World, space: str) -> None:
    account = service_account(world, "ci-deployer", space, AGE)
    annotations = {
        "kubernetes.io/service-account.name": "ci-deployer",
        "kubernetes.io/service-account.uid": account["metadata"]["uid"],
    }
    token = f"eyJhbGciOiJSUzI1NiJ9.{_encoded(space)}.{canary(world, space, 'token')}"
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


def settings(world: World, space: str) -> None:
    password = canary(world, space, "config")
    lines = ("spring:", "  datasource:", "    username: shop", f"    password: {password}", "  profiles: prod")
    applied = json.dumps(
        {"apiVersion": "v1", "kind": "ConfigMap", "data": {"smtp.password": canary(world, space, "smtp")}}
    )
    data = {"application.yaml": "\n".join(lines) + "\n", "LOG_LEVEL": "info"}
    config_map(world, "app-config", space, data, AGE, annotations={LAST_APPLIED: applied})


def leaky_app(world: World, space: str, name: str) -> None:
    """An application that shows secrets in its environment, arguments, annotations and log."""
    password = canary(world, space, name, "env")
    made = app(name, space, f"registry.example.com/{space}/{name}:v1.14.0", replicas=2, team=space, age=days(17))
    applied = {"kind": "Deployment", "spec": {"env": [{"name": "DB_PASSWORD", "value": password}]}}
    bearer = f"eyJhbGciOiJIUzI1NiJ9.{canary(world, space, name, 'bearer')}"
    key = "LTAI5t" + world.digest("access-key", space, name)[:18]
    steady = (
        "{ts} INFO GET /api/items 200 {ms}ms trace={trace}",
        f"{{ts}} DEBUG upstream request Authorization: Bearer {bearer}",
        f"{{ts}} DEBUG oss client AccessKeyId={key} AccessKeySecret={canary(world, space, name, 'ak')}",
        f"{{ts}} WARN retrying postgres://shop:{canary(world, space, name, 'dsn')}@orders-db:5432/orders",
        "{ts} INFO GET /api/items 200 {ms}ms trace={trace}",
    )
    container = replace(
        made.containers[0],
        env=(
            {"name": "DB_PASSWORD", "value": password},
            {"name": "REDIS_URL", "value": f"redis://:{canary(world, space, name, 'redis')}@redis:6379/0"},
            {"name": "DB_USER", "valueFrom": {"secretKeyRef": {"name": "db-credentials", "key": "username"}}},
        ),
        args=("serve", f"--api-token={canary(world, space, name, 'args')}"),
        script=Script(opening=("{ts} INFO starting",), steady=steady, period=7),
    )
    made = replace(made, containers=(container,), annotations={LAST_APPLIED: json.dumps(applied)})
    deployment(world, made, revision=2)
    app_service(world, made)


def custom_objects_of(world: World, space: str) -> None:
    connection = f"s3://backup:{canary(world, space, 'backup')}@backups.example.com/{space}"
    backup(world, f"{space}-daily", space, "orders-db", connection)


def tenants(world: World) -> None:
    for name, plan in (("acme", "enterprise"), ("globex", "standard"), ("initech", "trial")):
        tenant(world, name, plan, canary(world, "tenant", name), days(world.number(20, 190, "tenant-age", name)))
