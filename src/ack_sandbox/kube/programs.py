"""What images do when they run: what a program needs, how it ends without it, and which images a registry has."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ack_sandbox.kube.logs import Script
from ack_sandbox.kube.usage import Usage

Version = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Program:
    """What one version of an image, or every one, asks of its pod. Whatever is not named here runs well."""

    tag: str = ""  # the only version that behaves so; "" is every version
    lives: float = 3.0  # seconds until it ends, when it ends
    exit_code: int | None = None  # it ends with this code, whatever it is given
    memory: int = 0  # bytes it grows to; under a lower limit the kernel kills it
    disk: int = 0  # bytes it writes; a pod that requests fewer and has no volume of its own is evicted
    settings: tuple[str, ...] = ()  # variables of which one must be set, or it ends with code 1
    backend: str = ""  # the Service without whose ready pods `path` answers 503
    path: str = ""  # the readiness path that depends on `backend`
    startup: float = 0.0  # seconds until it listens
    serves: bool = True  # whether its readiness probe is ever answered
    trouble: Script | None = None  # what it writes while something is missing
    usage: Usage | None = None  # of a container that has what it needs


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What containers of a repository write and use when they run well."""

    script: Script | None = None
    usage: Usage | None = None


@dataclass
class Images:
    """The registries that the nodes can reach, and what is known of the programs in them."""

    programs: dict[str, list[Program]] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)  # hosts that answer only those who log in
    pulled: set[str] = field(default_factory=set)  # what nodes have from other registries
    _tags: dict[str, set[str]] = field(default_factory=dict)

    def behaves(self, image: str, program: Program) -> None:
        self.programs.setdefault(split(image)[0], []).append(program)

    def profile(self, image: str, profile: Profile) -> None:
        self.profiles[split(image)[0]] = profile

    def publish(self, images: Iterable[str]) -> None:
        """Take images for pushed, unless they are known to be missing."""
        for image in images:
            if image not in self.missing:
                repository, tag = split(image)
                self._tags.setdefault(repository, set()).add(tag)

    def program(self, image: str) -> Program | None:
        repository, tag = split(image)
        return next((each for each in self.programs.get(repository, ()) if each.tag in ("", tag)), None)

    def needs(self, service: str) -> bool:
        """Whether some program waits for the pods of a Service of this name."""
        return any(each.backend == service for programs in self.programs.values() for each in programs)

    def is_known(self, image: str) -> bool:
        """Whether the image ran here before, so that a node has it."""
        repository, tag = split(image)
        return image in self.pulled or tag in self._tags.get(repository, ())

    def exists(self, image: str) -> bool:
        """Whether the tag was pushed: in repositories of this cluster, releases up to the next minor one were."""
        repository, tag = split(image)
        tags = self._tags.get(repository)
        if image in self.missing:
            return False
        if tags is None:
            return not self._is_ours(repository)
        if tag in tags or tag == "latest":
            return True
        released, newest = release(tag), max(filter(None, map(release, tags)), default=(0, 0))
        return released is not None and released <= (newest[0], newest[1] + 1)

    def is_private(self, image: str) -> bool:
        return image.partition("/")[0] in self.private

    def _is_ours(self, repository: str) -> bool:
        """Whether the repository would be in a registry of this cluster, where all that exist are known."""
        host = repository.partition("/")[0]
        return any(known.startswith(f"{host}/") for known in self._tags)


def split(image: str) -> tuple[str, str]:
    """Repository and tag; an image without a tag is `latest`."""
    plain = image.partition("@")[0]
    repository, colon, tag = plain.rpartition(":")
    if not colon or "/" in tag:
        return plain, "latest"
    return repository, tag


def release(tag: str) -> Version | None:
    """Major and minor number of a release's tag, as in v3.9.4."""
    found = re.fullmatch(r"v?(\d+)\.(\d+)(?:\.\d+)*(?:[-.]\w+)*", tag)
    return (int(found[1]), int(found[2])) if found else None
