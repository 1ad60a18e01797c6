"""Objects to write in tests, and requests that write them."""

from typing import Any

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Answer, Json

SHOP = "/api/v1/namespaces/shop"
MAPS = f"{SHOP}/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments"
MERGE, STRATEGIC = "application/merge-patch+json", "application/strategic-merge-patch+json"
JSON, APPLY = "application/json-patch+json", "application/apply-patch+yaml"


def config_map(name: str, **data: str) -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def deployment(name: str, image: str = "registry.example.com/shop/web:v1", **spec: Any) -> Json:
    labels = {"app": name}
    container: Json = {"name": "web", "image": image}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    whole = {"selector": {"matchLabels": labels}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": labels}, "spec": whole}


def post(cluster: Cluster, path: str, body: Any) -> Answer:
    return cluster.api.call("POST", path, body, content_type="application/json")


def put(cluster: Cluster, path: str, body: Any) -> Answer:
    return cluster.api.call("PUT", path, body, content_type="application/json")


def patch(cluster: Cluster, path: str, kind: str, body: Any) -> Answer:
    return cluster.api.call("PATCH", path, body, content_type=kind)


def created(cluster: Cluster, path: str, body: Json) -> str:
    """The path of an object that was made for this test."""
    answer = post(cluster, path, body)
    assert answer.status == 201, answer.text
    return f"{path}/{answer.json['metadata']['name']}"


def owners(obj: Json) -> dict[str, Json]:
    """The fields of each manager."""
    return {each["manager"]: each["fieldsV1"] for each in obj["metadata"]["managedFields"]}
