"""The audit log through a client: what is asked of SLS, and what is shown of a row."""

import json
import time
from typing import Any

import pytest

from tests.conftest import door_to
from tests.services.scripted import CLUSTER
from tests.services.sls.log_service import LogService, serving

NOW = int(time.time())
TOOL = "query_audit_log"


def row(resource: str = "deployments", name: str = "web", verb: str = "patch", age: int = 5, **fields: Any) -> Any:
    parts = {
        "user": {"username": "chen.jie", "groups": ["system:users"]},
        "sourceIPs": ["203.0.113.24"],
        "objectRef": {"resource": resource, "namespace": "shop", "name": name},
        "responseStatus": {"code": 200},
        **fields,
    }
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in parts.items()}
    return {"__time__": str(NOW - age), "verb": verb, "userAgent": "kubectl/v1.33.4 (darwin/arm64)", **texts}


async def told(service: LogService, settings_: dict[str, object] | None = None, **arguments: Any) -> str:
    with serving(service, **settings_ or {}) as settings:
        async with door_to(settings) as door:
            return (await door.call(TOOL, **arguments)).text


async def test_a_row_shows_who_did_what_and_from_where() -> None:
    text = await told(LogService(rows=[row()]))
    assert text.split("\n")[-1].split() == [
        *text.split("\n")[-1].split()[:2], "chen.jie", "patch", "shop", "deployments/web", "200", "203.0.113.24",
        "kubectl/v1.33.4",
    ]  # fmt: skip


@pytest.mark.slow
async def test_a_dry_run_does_not_look_like_a_change() -> None:
    tried = row(verb="delete", requestURI="/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All")
    text = await told(LogService(rows=[tried, row(verb="patch")]))
    assert " delete (dry run) " in text and " patch " in text
    assert "patch (dry run)" not in text


async def test_every_argument_becomes_a_quoted_condition() -> None:
    service = LogService()
    await told(
        service,
        namespace="shop",
        verbs="get,list",
        resource_types=["po", "svc"],
        resource_name="web-*",
        user='a" or "b',
    )
    assert service.searches[0]["query"] == (
        'objectRef.namespace: "shop" and (verb: "get" or verb: "list") and '
        '(objectRef.resource: "pods" or objectRef.resource: "services") and '
        r'objectRef.name: web-* and user.username: "a\" or \"b"'
    )


@pytest.mark.slow
async def test_a_query_in_a_value_stays_a_value() -> None:
    service = LogService()
    await told(service, namespace="x | select 1")
    assert service.searches[0]["query"] == 'objectRef.namespace: "x | select 1"'


@pytest.mark.slow
async def test_an_unknown_verb_is_refused_before_anything_is_asked() -> None:
    service = LogService()
    assert (await told(service, verbs=["remove"])).startswith("InvalidInput: 'remove' is not a verb")
    assert not service.hosts


@pytest.mark.slow
async def test_a_day_that_is_yet_to_come_is_not_searched() -> None:
    service = LogService()
    tomorrow, day_after = NOW + 86_400, NOW + 2 * 86_400
    text = await told(service, start_time=str(tomorrow), end_time=str(day_after))
    assert text.startswith("InvalidInput: the time range lies in the future: it is now 20")
    assert not service.hosts


@pytest.mark.slow
async def test_an_audit_log_that_is_off_tells_how_to_turn_it_on() -> None:
    text = await told(LogService(audit={"audit_enabled": False}))
    assert text.startswith(f"NotEnabled: the audit log of cluster {CLUSTER} is off\nNext: Turn it on")


@pytest.mark.slow
async def test_a_misspelled_kind_is_pointed_out_when_nothing_is_found() -> None:
    assert "did you mean deployments?" in await told(LogService(), resource_types=["deploymints"])


@pytest.mark.slow
async def test_a_name_behind_a_kind_is_told_to_be_no_subresource() -> None:
    assert "no subresource is known as web;" in await told(LogService(), resource_types=["deployments/web"])
    assert "no subresource" not in await told(LogService(), resource_types=["deployments/scale"])


@pytest.mark.slow
async def test_the_beginning_of_a_name_is_offered_when_nothing_is_found_by_its_words() -> None:
    assert 'user="chen*"' in await told(LogService(), user="chen")
    assert 'user="chen*"' not in await told(LogService(rows=[row()]), user="chen")
    assert "whole words" not in await told(LogService(), user="chen*")


@pytest.mark.slow
async def test_bodies_are_shown_when_asked_for() -> None:
    rows = [row(requestObject={"spec": {"replicas": 3}, "metadata": {"managedFields": [{"manager": "kubectl"}]}})]
    assert '  request: {"spec":{"replicas":3},"metadata":{}}' in await told(LogService(rows=rows), details=True)


@pytest.mark.slow
async def test_bodies_are_not_shown_otherwise() -> None:
    assert "replicas" not in await told(LogService(rows=[row(requestObject={"spec": {"replicas": 3}})]))


@pytest.mark.parametrize(
    ("resource", "name", "extra"),
    [
        ("secrets", "db", {}),
        ("serviceaccounts", "ci", {"subresource": "token"}),
        ("configmaps", "sh.helm.release.v1.web.v1", {}),
    ],
)
async def test_bodies_that_are_secret_as_a_whole_are_never_shown(resource: str, name: str, extra: Any) -> None:
    reference = {"resource": resource, "namespace": "shop", "name": name, **extra}
    body = {"data": {"k": "RE8tTk9ULUxFQUs="}, "status": {"token": "DO-NOT-LEAK"}, "x": "DO-NOT-LEAK"}
    rows = [row(objectRef=reference, requestObject=body, responseObject=body)]
    text = await told(LogService(rows=rows), {"ALLOW_SECRETS": True}, details=True)
    assert "holds secrets as a whole" in text
    assert "LEAK" not in text and "RE8t" not in text


@pytest.mark.slow
async def test_secrets_within_other_bodies_are_redacted() -> None:
    pod = {"kind": "Pod", "spec": {"containers": [{"env": [{"name": "DB_PASSWORD", "value": "DO-NOT-LEAK"}]}]}}
    secret = {"kind": "List", "items": [{"kind": "Secret", "data": {"k": "RE8tTk9ULUxFQUs="}}]}
    rows = [row(requestObject=pod, responseObject=secret)]
    text = await told(LogService(rows=rows), details=True)
    assert "DB_PASSWORD" in text
    assert "LEAK" not in text and "RE8t" not in text


@pytest.mark.slow
async def test_a_server_of_some_namespaces_asks_for_those_only() -> None:
    service = LogService(rows=[row(), row(objectRef={"resource": "pods", "namespace": "other", "name": "x"})])
    text = await told(service, {"NAMESPACES": "shop,web"})
    assert service.searches[0]["query"] == 'objectRef.namespace: "shop" or objectRef.namespace: "web"'
    assert "other" not in text


@pytest.mark.slow
async def test_a_namespace_beyond_the_bounds_is_refused() -> None:
    assert (await told(LogService(), {"NAMESPACES": "shop"}, namespace="other")).startswith("NotEnabled: ")


@pytest.mark.slow
async def test_a_denied_kind_is_refused_and_left_out() -> None:
    service = LogService(rows=[row("secrets")])
    text = await told(service, {"DENY_KINDS": "secrets"})
    assert 'not objectRef.resource: "secrets"' in service.searches[0]["query"]
    assert "secrets/web" not in text
    assert (await told(LogService(), {"DENY_KINDS": "secrets"}, resource_types=["secret"])).startswith("NotEnabled: ")


@pytest.mark.slow
async def test_a_cut_answer_continues_without_a_gap_or_a_repetition() -> None:
    rows = [row(name=f"web-{age}-{'x' * 60}", age=age) for age in range(400, 0, -1)]
    seen: list[str] = []
    with serving(LogService(rows=rows)) as settings:
        async with door_to(settings) as door:
            token = ""
            while token or not seen:
                text = (await door.ok(TOOL, limit=150, **({"continue": token} if token else {}))).text
                assert len(text.encode()) <= 24_000
                seen += [word for word in text.split() if word.startswith("deployments/")]
                token = text.partition('continue="')[2].partition('"')[0]
    assert [int(word.split("-")[1]) for word in seen] == list(range(1, 401))
