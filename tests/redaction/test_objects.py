"""Objects: by kind, by name and by shape; keys, lengths and originals are kept."""

import base64
import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.redaction.objects import redact_object

Json = dict[str, Any]
LOST = "Zx9-DO-NOT-LEAK-77"
CODE = base64.b64encode(LOST.encode()).decode()
CERTIFICATE = base64.b64encode(b"-----BEGIN CERTIFICATE-----\n" + b"a" * 90).decode()
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
SECRET: Json = {
    "kind": "Secret",
    "apiVersion": "v1",
    "metadata": {"name": "db", "annotations": {APPLIED: json.dumps({"kind": "Secret", "stringData": {"x": LOST}})}},
    "type": "Opaque",
    "data": {"host": CODE},
}


def pod(*args: str, **env: str) -> Json:
    container = {"name": "app", "args": list(args), "env": [{"name": k, "value": v} for k, v in env.items()]}
    return {"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container]}}


def settings_of(**data: str) -> Json:
    return {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}


HIDDEN: dict[str, Json] = {
    "a Secret": SECRET,
    "a list of Secrets without kinds": {
        "kind": "SecretList",
        "items": [{"metadata": {"name": "db"}, "data": {"host": CODE}, "type": "Opaque"}],
    },
    "a mixed list": {"kind": "List", "items": [SECRET, pod(DB_PASSWORD=LOST)]},
    "a watch event": {"type": "ADDED", "object": SECRET},
    "a Table's objects": {"kind": "Table", "columnDefinitions": [], "rows": [{"cells": [], "object": SECRET}]},
    "a Table's cells": {
        "kind": "Table",
        "columnDefinitions": [{"name": "Name"}, {"name": "Api Key"}],
        "rows": [{"cells": ["acme", LOST]}],
    },
    "metadata alone": {"kind": "PartialObjectMetadata", "metadata": SECRET["metadata"]},
    "data without a kind": {"metadata": {}, "type": "Opaque", "data": {"host": CODE}},
    "a Secret inside a resource": {"kind": "Bundle", "spec": {"manifests": [SECRET]}},
    "a last-applied that cannot be read": {"metadata": {"annotations": {APPLIED: '{"a":"' + LOST}}},
    "a release of Helm": {
        "kind": "ConfigMap", "metadata": {"labels": {"owner": "helm"}}, "data": {"release": LOST},
    },
    "a variable": pod(DB_PASSWORD=LOST),
    "an address in a variable": pod(REDIS_URL=f"redis://:{LOST}@redis/0"),
    "an argument": pod(f"--api-token={LOST}"),
    "two arguments": pod("--password", LOST),
    "a shell's argument": pod("-c", f"curl -u robot:{LOST} https://x"),
    "a setting": settings_of(**{"smtp.password": LOST}),
    "a file of settings": settings_of(**{"application.yaml": f"db:\n  user: a\n  password: {LOST}\n"}),
    "a JSON file": settings_of(**{"credentials.json": json.dumps({"db": {"password": LOST}}, indent=2)}),
    "JSON with the value first": settings_of(env=json.dumps([{"value": LOST, "name": "API_TOKEN"}])),
    "a kubeconfig": settings_of(kubeconfig=f"kind: Config\nusers:\n- name: a\n  user:\n    client-key-data: {CODE}\n"),
    "a private key": settings_of(id_rsa=f"-----BEGIN PRIVATE KEY-----\n{CODE}\n-----END PRIVATE KEY-----\n"),
    "binary data": {"kind": "ConfigMap", "binaryData": {"x": base64.b64encode(f"password: {LOST}".encode()).decode()}},
    "a field of a resource": {"kind": "Tenant", "spec": {"apiKey": LOST}},
    "a wrapped field": {"kind": "Db", "spec": {"password": {"value": LOST}}},
    "a list of tokens": {"kind": "Gate", "spec": {"tokens": [LOST]}},
    "attributes of a volume": {"kind": "PersistentVolume", "spec": {"csi": {"volumeAttributes": {"akSecret": LOST}}}},
    "a token review": {"kind": "TokenReview", "spec": {"token": LOST}},
    "a requested token": {"kind": "TokenRequest", "status": {"token": f"eyJhbGciOiJSUzI1NiJ9.e30.{LOST}"}},
    "a registry login": {"kind": "X", "auths": {"r": {"auth": base64.b64encode(f"u:{LOST}".encode()).decode()}}},
    "deep nesting": json.loads('{"a":' * 150 + json.dumps(LOST) + "}" * 150),
}  # fmt: skip
OPEN: dict[str, Json] = {
    "a volume": {"kind": "Pod", "spec": {"volumes": [{"name": "t", "secret": {"secretName": "db-credentials"}}]}},
    "a reference": {"env": [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]},
    "a projected token": {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
    "switches": {"automountServiceAccountToken": True, "token": None, "password": ""},
    "a path": pod(PASSWORD_FILE="/run/secrets/db", TOKEN="/var/run/token"),
    "a reference to a variable": pod(DB_PASSWORD="$(OTHER)"),
    "names of Secrets": {"imagePullSecrets": [{"name": "regcred"}], "tlsSecret": "shop-tls", "secrets": ["db-cred"]},
    "a role": {"kind": "Role", "rules": [{"resources": ["secrets"], "verbs": ["get"], "resourceNames": ["db-token"]}]},
    "a CA bundle": {"clientConfig": {"caBundle": CERTIFICATE}},
    "a schema": {"properties": {"password": {"type": "string", "description": "The password of the database."}}},
    "a checksum": {"annotations": {"checksum/secret": "0a1b2c3d4e5f6071" * 4}},
    "ownership": {"metadata": {"name": "x", "managedFields": [{"fieldsV1": {'k:{"name":"DB_PASSWORD"}': {}}}]}},
    "a continuation": {"metadata": {"continue": "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MX0"}, "items": []},
    "an image": {"image": "registry.example.com:5000/shop/api@sha256:" + "0a1b2c3d" * 8},
}  # fmt: skip


@pytest.mark.parametrize("value", HIDDEN.values(), ids=HIDDEN)
def test_a_secret_does_not_stay_in(value: Json) -> None:
    before = copy.deepcopy(value)
    shown = json.dumps(redact_object(value))
    assert "DO-NOT-LEAK" not in shown and CODE not in shown and "redacted" in shown
    assert value == before


@pytest.mark.parametrize("value", HIDDEN.values(), ids=HIDDEN)
def test_a_second_time_changes_nothing_in(value: Json) -> None:
    once = redact_object(value)
    assert redact_object(once) == once


@pytest.mark.parametrize("value", OPEN.values(), ids=OPEN)
def test_an_object_without_secrets_is_not_even_copied(value: Json) -> None:
    assert redact_object(value) is value


def test_the_mark_says_how_long_the_decoded_value_is() -> None:
    assert redact_object(SECRET)["data"] == {"host": f"<redacted: {len(LOST)} bytes>"}


def test_operators_may_look_into_secrets_and_into_nothing_else() -> None:
    items = [SECRET, settings_of(password=LOST)]
    first, second = redact_object({"kind": "List", "items": items}, allow_secrets=True)["items"]
    assert first == SECRET
    assert LOST not in json.dumps(second)


def test_annotations_of_a_secret_stay_redacted_for_them_too() -> None:
    noted = {**SECRET, "metadata": {"annotations": {"example.com/api-token": LOST}}}
    shown = redact_object(noted, allow_secrets=True)
    assert shown["data"] == SECRET["data"] and LOST not in json.dumps(shown["metadata"])


def test_the_secret_of_a_key_is_found_beside_its_id() -> None:
    secret = "AbCdEfGhIjKlMnOpQrStUvWxYz0123"
    assert secret not in json.dumps(redact_object(pod(AK="LTAI5tabcdef012345678901", OTHER=secret)))
    assert redact_object(pod(OTHER=secret)) == pod(OTHER=secret)


KEYS = st.sampled_from(["name", "password", "apiKey", "data", "value", "kind", "items", "metadata", "token", "x"])
TREES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just(LOST),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=80)
@given(st.dictionaries(KEYS, TREES, max_size=4))
def test_the_form_is_kept_and_a_second_time_changes_nothing(value: Json) -> None:
    shown = redact_object(value)
    assert _form(shown) == _form(value)
    assert redact_object(shown) == shown


def _form(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _form(value) for key, value in node.items()}
    return [_form(value) for value in node] if isinstance(node, list) else None


@settings(max_examples=40)
@given(TREES, st.sampled_from(["password", "apiKey", "token"]))
def test_a_named_secret_is_gone_whatever_stands_beside_it(beside: Any, name: str) -> None:
    assert LOST not in json.dumps(redact_object({"kind": "Any", "spec": [{"x": {name: LOST}}], "z": {name: LOST}}))
    shown = redact_object({"kind": "Any", "beside": beside, "spec": {name: LOST}})
    assert LOST not in json.dumps(shown["spec"])
