"""Objects that were deleted before the cluster opened: only the audit log still knows them."""

import hashlib

from ack_sandbox.kube.objects import Object
from ack_sandbox.sls.rows.scene import Scene


def _uid(*path: str) -> str:
    digits = hashlib.sha256("/".join(path).encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def _meta(kind: str, namespace: str, name: str) -> Object:
    return {"name": name, "namespace": namespace, "uid": _uid(kind, namespace, name), "labels": {"app": name}}


def service(scene: Scene, namespace: str, name: str, port: int) -> Object:
    address = f"172.21.{scene.draws.at('gone', name).integer(16, 31)}.{scene.draws.at('gone', name, 2).integer(2, 250)}"
    ports = [{"name": "main", "protocol": "TCP", "port": port, "targetPort": port}]
    spec = {"ports": ports, "selector": {"app": name}, "clusterIP": address, "clusterIPs": [address]}
    spec |= {"type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster"}
    return {"kind": "Service", "apiVersion": "v1", "metadata": _meta("Service", namespace, name), "spec": spec}


def config_map(namespace: str, name: str) -> Object:
    data = {"LOG_LEVEL": "info", "BATCH_SIZE": "200", "ENDPOINT": "http://orders.shop.svc:80"}
    return {"kind": "ConfigMap", "apiVersion": "v1", "metadata": _meta("ConfigMap", namespace, name), "data": data}


def secret(namespace: str, name: str, text: dict[str, str] | None = None) -> Object:
    made = {"kind": "Secret", "apiVersion": "v1", "metadata": _meta("Secret", namespace, name), "type": "Opaque"}
    return {**made, "stringData": text} if text else made
