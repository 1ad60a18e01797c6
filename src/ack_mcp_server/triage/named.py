"""Which Secrets, ConfigMaps and Services a trouble may hang on: a namespace holds many others."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ack_mcp_server.kube.objects import Object, items, part, text

ROOT_CA = "kube-root-ca.crt"  # a ConfigMap of every namespace, which every pod mounts
_OFTEN_SHARED = frozenset(("secrets", "configmaps", "services"))
# What a log says of a setting or a login hangs on some object, where the template does not tell on which.
_BLAMED = {
    "secrets": re.compile(
        r"password|credential|authenticat\w+ fail|access denied for user|unauthori[sz]ed"
        r"|(invalid|expired|bad) (api.?key|token|certificate)",
        re.I,
    ),
    "configmaps": re.compile(r"\b(setting|config|configuration|environment variable)\b", re.I),
}


@dataclass(frozen=True)
class Named:
    """`objects` are resources and names that templates refer to, `values` those of their variables, `evidence` what is
    said of the trouble."""

    objects: frozenset[tuple[str, str]]
    values: str
    evidence: tuple[str, ...]

    @classmethod
    def of(cls, specs: Sequence[Object], evidence: Iterable[str]) -> "Named":
        """Of the specs of pods and their template."""
        values = [
            text(each, "value") for spec in specs for holder in _containers(spec) for each in items(holder, "env")
        ]
        return cls(
            frozenset(found for spec in specs for found in _references(spec) if found[1] != ROOT_CA),
            "\n".join(values),
            tuple(evidence),
        )

    def may_matter(self, resource: str, name: str) -> bool:
        """Whether a change of this object can have to do with the trouble; of other resources it always can."""
        if resource not in _OFTEN_SHARED or (resource, name) in self.objects:
            return True
        said = "\n".join((*self.evidence, self.values if resource == "services" else ""))
        return _is_named(name, said) or self._is_blamed(resource)

    def _is_blamed(self, resource: str) -> bool:
        words = _BLAMED.get(resource)
        if words is None or any(kind == resource for kind, _ in self.objects):
            return False
        return any(words.search(line) for line in self.evidence if line.startswith("log: "))


def specs_of(obj: Object, pods: Iterable[Object]) -> list[Object]:
    """Of the template, and of pods, to which webhooks may have added something."""
    return [part(obj, "spec", "template", "spec"), *(part(pod, "spec") for pod in pods)]


def _is_named(name: str, said: str) -> bool:
    return bool(name and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", said))


def _containers(spec: Object) -> list[Object]:
    return items(spec, "containers") + items(spec, "initContainers")


def _references(spec: Object) -> Iterator[tuple[str, str]]:
    for each in items(spec, "imagePullSecrets"):
        yield "secrets", text(each, "name")
    for container in _containers(spec):
        for source in (*items(container, "envFrom"), *(part(each, "valueFrom") for each in items(container, "env"))):
            yield from _of_source(source)
    for volume in items(spec, "volumes"):
        for source in (volume, *items(volume, "projected", "sources")):
            yield from _of_source(source)


def _of_source(source: Object) -> Iterator[tuple[str, str]]:
    """Of a variable, or of a volume."""
    for field, resource in (
        ("secretKeyRef", "secrets"), ("secretRef", "secrets"), ("secret", "secrets"),
        ("configMapKeyRef", "configmaps"), ("configMapRef", "configmaps"), ("configMap", "configmaps"),
    ):  # fmt: skip
        if found := part(source, field):
            yield resource, text(found, "secretName") or text(found, "name")
