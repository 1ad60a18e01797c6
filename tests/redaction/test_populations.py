"""The sandbox's clusters hold canaries wherever real ones hold secrets: none stays, and nothing else is touched."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from ack_mcp_server.redaction.objects import redact_object
from ack_mcp_server.redaction.texts import redact_text
from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.population.build import populate
from ack_sandbox.kube.population.world import Population
from ack_sandbox.kube.server import serve_cluster
from ack_sandbox.plan import Role, plan_region
from tests.canary_forms import all_forms, leaked
from tests.sandbox.kube.doors import Kubectl, hosted, needs_kubectl

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ROLES: tuple[Role, ...] = ("production", "staging", "private")
_KEY_ID = re.compile(r"LTAI5t[0-9a-f]{18}")


@lru_cache
def population_of(role: Role) -> tuple[Population, frozenset[str]]:
    made = populate(plan_region(1).cluster(role), Clock(source=lambda: NOON), Draws(1).at(role))
    return made, all_forms(made)


def strings(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from strings(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from strings(value, f"{path}[{index}]")
    elif isinstance(node, str):
        yield path, node


def log_lines(role: Role) -> Iterator[str]:
    made, _ = population_of(role)
    for key in made.logs.scripts:
        run = made.logs.run(key, NOON - timedelta(hours=1), NOON - timedelta(minutes=1))
        lines = list(islice(run.lines(NOON), 40)) + list(run.lines(NOON, first=run.count(NOON) - 5))
        yield from (line.text for line in lines)


@pytest.mark.parametrize("role", ROLES)
def test_no_object_holds_a_fragment_of_a_canary(role: Role) -> None:
    made, forms = population_of(role)
    assert any(leaked(json.dumps(each), forms) for each in made.objects)
    for each in made.objects:
        assert not leaked(json.dumps(redact_object(each)), forms), each["metadata"]["name"]


@pytest.mark.parametrize("role", ROLES)
def test_strings_that_hold_no_canary_are_left_alone(role: Role) -> None:
    made, forms = population_of(role)
    changed = [
        (each["kind"], path, before)
        for each in made.objects
        for (path, before), (_, after) in zip(strings(each), strings(redact_object(each)), strict=True)
        if before != after and not leaked(before, forms) and not _KEY_ID.fullmatch(before) and each["kind"] != "Secret"
    ]
    assert changed == []


@pytest.mark.parametrize("role", ROLES)
def test_texts_that_hold_no_canary_are_left_alone(role: Role) -> None:
    made, forms = population_of(role)
    texts = {value for each in made.objects for _, value in strings(each) if each["kind"] != "Secret"}
    plain = [text for text in texts if not leaked(text, forms) and not _KEY_ID.search(text)]
    assert [text for text in plain if redact_text(text) != text] == []


@pytest.mark.parametrize("role", ROLES)
def test_no_line_of_a_log_holds_a_canary_and_the_others_are_left_alone(role: Role) -> None:
    _, forms = population_of(role)
    lines = list(log_lines(role))
    assert lines and any(leaked(line, forms) for line in lines)
    assert not leaked(redact_text("\n".join(lines)), forms)
    assert [line for line in lines if not leaked(line, forms) and redact_text(line) != line] == []


@pytest.mark.parametrize("role", ROLES)
def test_no_message_of_an_event_holds_a_canary(role: Role) -> None:
    made, forms = population_of(role)
    told = [each["message"] for each in made.objects if each["kind"] == "Event"]
    assert any(leaked(text, forms) for text in told)
    assert not leaked(redact_text("\n".join(told)), forms)


@needs_kubectl
def test_what_kubectl_prints_is_shown_without_canaries(tmp_path: Path) -> None:
    plan = plan_region(1).cluster("staging")
    with hosted(serve_cluster(plan, Clock(), Draws(1).at("staging"))) as (server, _):
        assert server.population is not None
        forms = all_forms(server.population)
        kubectl = Kubectl(tmp_path, server)
        shown = kubectl("-n shop describe pods,deployments,configmaps,secrets,backups,serviceaccounts")
        shown += kubectl("describe nodes,tenants") + kubectl("-n shop get pods,configmaps,backups,events -o yaml")
    told = redact_text(shown)
    assert leaked(shown, forms) and not leaked(told, forms)
    assert _unmarked(shown) - _unmarked(told) == {line for line in _unmarked(shown) if _is_secret(line, forms)}


def _unmarked(text: str) -> set[str]:
    return {line for line in text.splitlines() if "<redacted: " not in line}


def _is_secret(line: str, forms: frozenset[str]) -> bool:
    return bool(leaked(line, forms) or _KEY_ID.search(line) or "PRIVATE KEY-----" in line)
