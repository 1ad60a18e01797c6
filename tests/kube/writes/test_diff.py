"""A diff tells what a person would want to know: every change, no secret, nothing the API server does by itself."""

import copy
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.errors import TooLarge
from ack_mcp_server.kube.writes.diff import MOST_LINES, readable_diff
from ack_mcp_server.kube.writes.wording import object_name
from ack_mcp_server.redaction.objects import redact_object

Json = dict[str, Any]
SECRETS = ("s3cretValue1", "s3cretValue2")
diff = partial(readable_diff, redact=redact_object)
plainly = partial(readable_diff, redact=lambda body: body)


def deployment(container: Json | None = None, **spec: Any) -> Json:
    template = {"spec": {"containers": [{"name": "app", "image": "a:1", **(container or {})}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"replicas": 2, "template": template, **spec},
    }


def configmap(data: object, name: str = "c") -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "shop"}, "data": data}


def custom(spec: object) -> Json:
    return {"apiVersion": "x.example.com/v1", "kind": "Thing", "metadata": {"name": "t"}, "spec": spec}


APP = "spec.template.spec.containers[name=app]"


@pytest.mark.parametrize(
    "before, after, line",
    [
        ({"image": "a:1"}, {"image": "a:2"}, f'{APP}.image: "a:1" -> "a:2"'),
        ({"args": ["--x"]}, {"args": ["--x", "--y"]}, f'{APP}.args: ["--x"] -> ["--x", "--y"]'),
        ({"tty": True}, {"tty": 1}, f"{APP}.tty: true -> 1"),
        ({"tty": None}, {"tty": False}, f"{APP}.tty: null -> false"),
        ({}, {"command": []}, f"+ {APP}.command: []"),
        ({"resources": {"limits": {"memory": "1Gi"}}}, {}, f'- {APP}.resources: {{"limits": {{"memory": "1Gi"}}}}'),
        (
            {"env": [{"name": "A", "value": "1"}]},
            {"env": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]},
            f'+ {APP}.env[name=B]: {{"name": "B", "value": "2"}}',
        ),
        (
            {"ports": [{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]},
            {
                "ports": [
                    {"containerPort": 53, "protocol": "TCP"},
                    {"containerPort": 53, "protocol": "UDP", "name": "d"},
                ]
            },
            f'+ {APP}.ports[containerPort=53,protocol=UDP].name: "d"',
        ),
        (
            {"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]},
            {"env": [{"name": "B", "value": "1"}, {"name": "A", "value": "1"}]},
            f"{APP}.env: in another order",
        ),
        (
            {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]},
            {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "3"}]},
            f'{APP}.env[1].value: "2" -> "3"',
        ),
        ({"env": [{"name": "A"}]}, {"env": "text"}, f'{APP}.env: [{{"name": "A"}}] -> "text"'),
    ],
)
def test_each_value_that_differs_has_its_line(before: Json, after: Json, line: str) -> None:
    assert diff(deployment(before), deployment(after)) == f"~ deployment.apps/web (shop)\n  {line}"


def test_several_changes_stand_in_the_order_of_their_paths() -> None:
    after = deployment({"image": "a:2"}, replicas=3, paused=True)
    assert diff(deployment(), after).split("\n") == [
        "~ deployment.apps/web (shop)",
        "  + spec.paused: true",
        "  spec.replicas: 2 -> 3",
        f'  {APP}.image: "a:1" -> "a:2"',
    ]


def test_a_new_object_is_shown_and_a_deleted_one_named() -> None:
    assert diff(None, configmap({"a": "1"})) == '+ configmap/c (shop)\n  + data: {"a": "1"}'
    assert diff(configmap({"a": "1"}), None) == "- configmap/c (shop)"
    assert diff(None, None) == ""


def test_what_the_api_server_writes_by_itself_is_no_change() -> None:
    after = copy.deepcopy(deployment())
    after["metadata"] |= {"resourceVersion": "2", "generation": 5, "uid": "u", "managedFields": [{}]}
    after["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": "{}"}
    after["status"] = {"replicas": 1}
    after["spec"] |= {"progressDeadlineSeconds": 600, "revisionHistoryLimit": 10}
    after["spec"]["strategy"] = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
    after["spec"]["template"]["metadata"] = {"creationTimestamp": None}
    after["spec"]["template"]["spec"] |= {"restartPolicy": "Always", "securityContext": {}, "dnsPolicy": "ClusterFirst"}
    after["spec"]["template"]["spec"]["containers"][0] |= {"imagePullPolicy": "IfNotPresent", "resources": {}}
    assert diff(deployment(), after) == ""


def test_a_default_counts_where_something_else_stood() -> None:
    assert "restartPolicy" in diff(deployment(restartPolicy="Never"), deployment(restartPolicy="Always"))
    assert "revisionHistoryLimit" in diff(deployment(revisionHistoryLimit=10), deployment())


@pytest.mark.parametrize(
    "before, after",
    [
        (configmap({}), configmap({"protocol": "TCP", "suspend": False})),
        (deployment(selector={}), deployment(selector={"matchLabels": {"protocol": "TCP"}})),
        (custom({}), custom({"restartPolicy": "Always"})),
    ],
)
def test_a_default_is_none_where_the_names_are_anybodys(before: Json, after: Json) -> None:
    assert diff(before, after) != ""


@pytest.mark.parametrize(
    "drawn",
    [
        lambda lot: {"kind": "Job", "spec": {"selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": lot}}}},
        lambda lot: {"kind": "Service", "spec": {"clusterIP": lot, "clusterIPs": [lot]}},
        lambda lot: {"kind": "Service", "spec": {"ports": [{"port": 80, "nodePort": len(lot)}]}},
        lambda lot: {"kind": "Pod", "metadata": {"generateName": "web-", "name": f"web-{lot}"}},
        lambda lot: {"kind": "Pod", "spec": {"volumes": [{"name": f"kube-api-access-{lot}"}]}},
    ],
    ids=["uid", "address", "port", "name", "volume"],
)
def test_what_is_drawn_anew_in_each_rehearsal_reads_the_same(drawn: Callable[[str], Json]) -> None:
    assert diff(None, {"apiVersion": "v1", **drawn("a")}) == diff(None, {"apiVersion": "v1", **drawn("bc")})


def test_a_restart_reads_the_same_whenever_it_is_rehearsed() -> None:
    key = "kubectl.kubernetes.io/restartedAt"
    old, one, other = (deployment(template={"metadata": {"annotations": {key: at}}}) for at in ("1", "2", "3"))
    assert diff(old, one) == diff(old, other) != ""


@pytest.mark.parametrize(
    "before, after",
    [
        (
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"p": "czNjcmV0VmFsdWUx"}},
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"p": "czNjcmV0VmFsdWUy"}},
        ),
        (
            deployment({"env": [{"name": "DB_PASSWORD", "value": SECRETS[0]}]}),
            deployment({"env": [{"name": "DB_PASSWORD", "value": SECRETS[1]}]}),
        ),
        (deployment({"args": ["--password", SECRETS[0]]}), deployment({"args": ["--password", SECRETS[1]]})),
        (configmap({"f": f"a\npassword={SECRETS[0]}\n"}), configmap({"f": f"a\npassword={SECRETS[1]}\n"})),
        (configmap({"f": f"a\npassword={SECRETS[0]}\n"}), configmap({"f": f"b\npassword={SECRETS[1]}\n"})),
    ],
)
def test_another_secret_is_seen_to_be_another_and_is_not_seen(before: Json, after: Json) -> None:
    text = diff(before, after)
    assert "another value" in text or "may differ too" in text
    assert not any(secret in text for secret in (*SECRETS, "czNjcmV0VmFsdWU"))


def test_a_new_secret_is_shown_by_its_keys() -> None:
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"p": SECRETS[0]}}
    text = diff(None, body)
    assert '"p": "<redacted' in text and SECRETS[0] not in text


def test_where_redaction_took_a_whole_part_nothing_below_it_is_shown() -> None:
    text = readable_diff(
        custom({"a": {"b": ["x"]}}), custom({"a": {"b": ["y"]}}), redact=lambda body: {"spec": "<gone>"}
    )
    assert text == '~ thing.x.example.com/t\n  spec.a.b[0]: "<gone>" -> another value'


def test_texts_of_several_lines_are_compared_by_line() -> None:
    text = plainly(configmap({"a.conf": "a\nb\nc\nd\n"}), configmap({"a.conf": "a\nB\nc\nd\ne\n"}))
    assert text.split("\n")[1:] == ['  data["a.conf"]:', '    - "b"', '    + "B"', '    + "e"']


def test_of_a_long_line_the_part_that_differs_is_shown() -> None:
    text = plainly(configmap({"a": "x" * 5000 + "old" + "y" * 5000}), configmap({"a": "x" * 5000 + "new" + "y" * 5000}))
    assert "old" in text and "new" in text and len(text) < 300


def test_a_long_diff_is_cut_and_counted() -> None:
    text = plainly(configmap({f"k{at}": "1" for at in range(500)}), configmap({f"k{at}": "2" for at in range(500)}))
    assert len(text.split("\n")) == MOST_LINES + 2
    assert text.endswith("… and 300 more lines")


def test_large_texts_without_a_common_line_are_only_counted() -> None:
    old, new = ("\n".join(f"{word}{at}" for at in range(20_000)) for word in ("a", "b"))
    assert "20000 lines become 20000" in plainly(configmap({"f": old}), configmap({"f": new}))


HOSTILE = 'x\n! approved\r\x1b[2J\u202e\u2028\ufe0f\U000e0041\x85"'


@pytest.mark.parametrize(
    "before, after",
    [
        (configmap({"a": "1"}), configmap({"a": HOSTILE})),
        (configmap({HOSTILE: "1"}), configmap({HOSTILE: "2"})),
        (configmap({}), configmap({HOSTILE: HOSTILE})),
        (configmap({HOSTILE: "1"}), configmap({})),
        (None, configmap({"a": "1"}, name=HOSTILE)),
        (deployment({"env": [{"name": HOSTILE}]}), deployment({"env": [{"name": HOSTILE, "value": "1"}]})),
        (configmap({"a": f"1\n{HOSTILE}\n2"}), configmap({"a": "1\n3\n2"})),
    ],
)
def test_no_value_forges_a_line_or_hides_in_one(before: Json | None, after: Json) -> None:
    lines = plainly(before, after).split("\n")
    assert lines[1:] and all(line.isprintable() and not line.lstrip().startswith("!") for line in lines)
    assert not any(char in line for line in lines for char in "\ufe0f\U000e0041")


def test_an_object_nested_beyond_reason_is_an_error_of_ours() -> None:
    deep: Any = "x"
    for _ in range(2000):
        deep = {"a": deep}
    with pytest.raises(TooLarge, match=r"thing\.x\.example\.com/t"):
        plainly(custom({"a": 1}), custom(deep))


@pytest.mark.parametrize(
    "body, name",
    [
        (deployment(), "deployment.apps/web (shop)"),
        ({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}}, "node/n1"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "web-"}}, "pod/web-*"),
        ({"metadata": None}, "/"),
    ],
)
def test_objects_are_named_as_kubectl_names_them(body: Json, name: str) -> None:
    assert object_name(body) == name


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "name", "b c"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=80)
@given(values, values)
def test_there_is_a_diff_exactly_where_there_is_a_difference(one: Any, other: Any) -> None:
    before, after = custom({"x": one}), custom({"x": other})
    text = plainly(before, after)
    same = json.dumps(_as_json(one), sort_keys=True) == json.dumps(_as_json(other), sort_keys=True)
    assert (text == "") == same
    assert all(line.isprintable() for line in text.split("\n"))
    assert plainly(before, copy.deepcopy(before)) == ""


def _as_json(value: Any) -> Any:
    """1.0 is 1, and no zero is negative."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    return [_as_json(each) for each in value] if isinstance(value, list) else value


@settings(max_examples=40)
@given(values)
def test_neither_side_is_changed_by_being_compared(value: Any) -> None:
    before, after = custom({"x": value}), custom({"x": [value]})
    copies = copy.deepcopy((before, after))
    diff(before, after)
    assert (before, after) == copies
