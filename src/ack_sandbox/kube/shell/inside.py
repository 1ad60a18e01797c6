"""A container as it is seen from within: its environment, its files, its processes."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from ack_sandbox.kube.objects import Object, dig, metadata, name_of, namespace_of
from ack_sandbox.kube.store import Store

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
DIRECTORIES = ("app", "bin", "dev", "etc", "home", "lib", "proc", "root", "run", "sys", "tmp", "usr", "var")
API_ADDRESS = "172.21.0.1"
SEARCH = "svc.cluster.local svc.cluster.local cluster.local"


@dataclass(frozen=True)
class Inside:
    store: Store
    pod: Object
    container: Object
    now: datetime

    @property
    def name(self) -> str:
        return name_of(self.pod)

    @property
    def namespace(self) -> str:
        return namespace_of(self.pod)

    @property
    def address(self) -> str:
        return str(dig(self.pod, "status", "podIP", default="127.0.0.1"))

    @property
    def user(self) -> int:
        own = dig(self.container, "securityContext", "runAsUser")
        return int(own if own is not None else dig(self.pod, "spec", "securityContext", "runAsUser", default=0))

    def environment(self) -> dict[str, str]:
        # Images carry secrets of their build too; this one is a canary.
        made = {"PATH": PATH, "HOSTNAME": self.name, "BUILD_TOKEN": self._canary("build")}
        for source in self.container.get("envFrom") or ():
            prefix = source.get("prefix", "")
            for kind, plural in (("configMapRef", "/configmaps"), ("secretRef", "/secrets")):
                if kind in source:
                    found = self._data(plural, source[kind].get("name", ""))
                    made |= {f"{prefix}{key}": value for key, value in found.items()}
        for each in self.container.get("env") or ():
            made[each["name"]] = self._value(each)
        host = {"KUBERNETES_SERVICE_HOST": API_ADDRESS, "KUBERNETES_SERVICE_PORT": "443"}
        return {**made, **host, "KUBERNETES_PORT": f"tcp://{API_ADDRESS}:443", "HOME": "/root"}

    def _value(self, variable: Object) -> str:
        if "value" in variable:
            return str(variable["value"])
        source = variable.get("valueFrom") or {}
        for kind, plural in (("configMapKeyRef", "/configmaps"), ("secretKeyRef", "/secrets")):
            if kind in source:
                return self._data(plural, source[kind].get("name", "")).get(source[kind].get("key", ""), "")
        path = dig(source, "fieldRef", "fieldPath", default="")
        return str(dig(self.pod, *path.split("."), default="")) if path else ""

    def _data(self, plural: str, name: str) -> dict[str, str]:
        found = self.store.get(plural, self.namespace, name) or {}
        data: dict[str, str] = found.get("data") or {}
        return {key: _decoded(value) for key, value in data.items()} if plural == "/secrets" else dict(data)

    def files(self) -> dict[str, str]:
        """The files that can be read, by path."""
        spec = self.pod["spec"]
        made = {
            "/etc/hostname": f"{self.name}\n",
            "/etc/hosts": _hosts(self.address, self.name),
            "/etc/os-release": 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\n',
            "/etc/resolv.conf": f"search {self.namespace}.{SEARCH}\nnameserver 172.21.0.10\noptions ndots:5\n",
        }
        volumes = {each["name"]: each for each in spec.get("volumes") or ()}
        for mount in self.container.get("volumeMounts") or ():
            made |= self._mounted(mount, volumes.get(mount["name"], {}))
        return made

    def _mounted(self, mount: Object, volume: Object) -> dict[str, str]:
        at = str(mount["mountPath"]).rstrip("/")
        if at == ACCOUNT:
            return {f"{at}/namespace": self.namespace, f"{at}/token": self._token(), f"{at}/ca.crt": "made up\n"}
        if "configMap" in volume:
            found = self._data("/configmaps", volume["configMap"].get("name", ""))
        elif "secret" in volume:
            found = self._data("/secrets", volume["secret"].get("secretName", ""))
        else:
            return {}
        return {f"{at}/{key}": value for key, value in found.items()}

    def _token(self) -> str:
        """A canary in the place of the token of the service account."""
        return f"eyJhbGciOiJSUzI1NiJ9.{self._canary(self.namespace)}"

    def _canary(self, end: str) -> str:
        return f"{str(metadata(self.pod).get('uid', ''))[:8]}-DO-NOT-LEAK-{end}"

    def processes(self) -> list[tuple[int, str]]:
        words = [*(self.container.get("command") or ()), *(self.container.get("args") or ())]
        return [(1, " ".join(words) or f"/app/{self.container['name']}")]


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""


def _hosts(address: str, name: str) -> str:
    lines = ("# Kubernetes-managed hosts file.", "127.0.0.1\tlocalhost", "::1\tlocalhost", f"{address}\t{name}")
    return "\n".join(lines) + "\n"
