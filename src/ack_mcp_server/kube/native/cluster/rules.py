"""The rules of an identity as a table: taken apart, joined by resource, and in kubectl's order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ack_mcp_server.kube.native.printed import text_of
from ack_mcp_server.kube.printing.go import go_string
from ack_mcp_server.kube.printing.table import render_rows

_HEADERS = ("Resources", "Non-Resource URLs", "Resource Names", "Verbs")


@dataclass(frozen=True)
class _Rule:
    """At most one of each, but of verbs. `name` is None where the rule names no objects."""

    verbs: tuple[str, ...]
    group: str = ""
    resource: str = ""
    name: str | None = None
    url: str = ""

    @property
    def place(self) -> str:
        """kubectl sorts rules by how Go prints them."""
        lists = {
            "Verbs": list(self.verbs),
            "APIGroups": [] if self.url else [self.group],
            "Resources": [] if self.url else [self.resource],
            "ResourceNames": [] if self.name is None else [self.name],
            "NonResourceURLs": [self.url] if self.url else [],
        }
        return "".join(f"{field}:{go_string(values)}," for field, values in lists.items())

    @property
    def cells(self) -> tuple[str, ...]:
        names = [] if self.name is None else [self.name]
        urls = [self.url] if self.url else []
        return self._what(), go_string(urls), go_string(names), go_string(list(self.verbs))

    def _what(self) -> str:
        """`resource.group/subresource`"""
        plural, slash, subresource = self.resource.partition("/")
        return f"{plural}.{self.group}{slash}{subresource}" if self.group else self.resource


def rules_table(status: dict[str, Any], *, headed: bool) -> str:
    """Of the status of a SelfSubjectRulesReview."""
    apart = [rule for entry in status.get("resourceRules") or () for rule in _of_resources(entry)]
    urls = [rule for entry in status.get("nonResourceRules") or () for rule in _of_urls(entry)]
    rules = sorted([*urls, *_joined(apart)], key=lambda rule: rule.place)
    rows = [rule.cells for rule in rules]
    return text_of(render_rows([_HEADERS, *rows] if headed else rows)) if headed or rows else ""


def _of_resources(entry: dict[str, Any]) -> Iterator[_Rule]:
    for group in entry.get("apiGroups") or ():
        for resource in entry.get("resources") or ():
            for verb in entry.get("verbs") or ():
                for name in entry.get("resourceNames") or [None]:
                    yield _Rule((verb,), group, resource, name)


def _of_urls(entry: dict[str, Any]) -> Iterator[_Rule]:
    for url in entry.get("nonResourceURLs") or ():
        for verb in entry.get("verbs") or ():
            yield _Rule((verb,), url=url)


def _joined(rules: Iterable[_Rule]) -> Iterable[_Rule]:
    """One rule for each resource and name, with all its verbs."""
    found: dict[tuple[str, str, str | None], _Rule] = {}
    for rule in rules:
        key = rule.group, rule.resource, rule.name
        known = found.setdefault(key, rule)
        found[key] = replace(known, verbs=tuple(dict.fromkeys([*known.verbs, *rule.verbs])))
    return found.values()
