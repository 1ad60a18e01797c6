"""The Kubernetes versions that the region offers, newest first."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class KubernetesVersion:
    version: str
    released: datetime
    expires: datetime
    creatable: bool = True


VERSIONS = (
    KubernetesVersion(
        version="1.35.0-aliyun.1",
        released=datetime(2026, 2, 26, tzinfo=UTC),
        expires=datetime(2028, 2, 26, tzinfo=UTC),
    ),
    KubernetesVersion(
        version="1.34.1-aliyun.1",
        released=datetime(2025, 11, 20, tzinfo=UTC),
        expires=datetime(2027, 11, 20, tzinfo=UTC),
    ),
    KubernetesVersion(
        version="1.33.3-aliyun.1",
        released=datetime(2025, 7, 29, tzinfo=UTC),
        expires=datetime(2027, 7, 29, tzinfo=UTC),
    ),
    KubernetesVersion(
        version="1.32.7-aliyun.1",
        released=datetime(2025, 3, 12, tzinfo=UTC),
        expires=datetime(2027, 3, 12, tzinfo=UTC),
    ),
    KubernetesVersion(
        version="1.31.9-aliyun.1",
        released=datetime(2024, 11, 5, tzinfo=UTC),
        expires=datetime(2026, 11, 5, tzinfo=UTC),
        creatable=False,
    ),
)


def next_version(version: str) -> str:
    """The version after this one; empty for the newest and for one that the table does not hold."""
    index = _index(version)
    return VERSIONS[index - 1].version if index is not None and index > 0 else ""


def previous_version(version: str) -> str:
    index = _index(version)
    return VERSIONS[index + 1].version if index is not None and index + 1 < len(VERSIONS) else version


def upgradable_versions(version: str) -> list[str]:
    # A cluster moves up by one minor version at a time.
    following = next_version(version)
    return [following] if following else []


def _index(version: str) -> int | None:
    return next((index for index, known in enumerate(VERSIONS) if known.version == version), None)
