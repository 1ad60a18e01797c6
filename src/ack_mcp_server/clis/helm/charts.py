"""Where charts come from: the repositories that the operator named, and nowhere else."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ack_mcp_server.errors import ConfigurationError, InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_URL = re.compile(r"(https?|oci)://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?")


@dataclass(frozen=True)
class Repositories:
    """URLs by name."""

    urls: Mapping[str, str]

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Repositories":
        """Of `NAME=URL`. Raises ConfigurationError."""
        return cls(dict(_entry(entry) for entry in entries))

    def words(self, chart: str) -> list[str]:
        """For helm: the argument, and a flag where one is needed. Raises InvalidInput, NotEnabled."""
        if not self.urls:
            raise NotEnabled(
                "this server knows no chart repository, so it neither shows nor installs charts",
                next_step="Its operator may name some in HELM_REPOSITORIES, as NAME=URL.",
            )
        repository, _, name = chart.partition("/")
        url = self.urls.get(repository)
        if url is None or not _NAME.fullmatch(name):
            raise InvalidInput(
                f"{shown(chart)} is no chart of a repository that this server knows",
                next_step=f"Write REPOSITORY/CHART, of {', '.join(self.urls)}; files and addresses are not taken.",
            )
        return [f"{url}/{name}"] if url.startswith("oci:") else [name, f"--repo={url}"]


def _entry(entry: str) -> tuple[str, str]:
    name, _, url = entry.partition("=")
    if not _NAME.fullmatch(name) or not _URL.fullmatch(url) or not urlsplit(url).hostname:
        # Not its text, which may hold a password.
        raise ConfigurationError(
            "HELM_REPOSITORIES has an entry that is not NAME=URL",
            next_step="Write stable=https://charts.example.com,apps=oci://registry.example.com/charts; without a user "
            "and a password, which would be seen in the list of processes.",
        )
    return name, url.rstrip("/")
