"""Kubeconfigs that requests bring: what is taken of them, and what is refused by its name and without its value."""

import base64
import json
from typing import Any

import pytest

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.brought_config import read_brought
from tests.conftest import CANARY

PEM = base64.b64encode(f"-----BEGIN X-----\n{CANARY}\n".encode()).decode()
EXEC = {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": ["-c", CANARY]}


def written(
    cluster: dict[str, Any] | None = None, user: dict[str, Any] | None = None, context: dict[str, Any] | None = None
) -> dict[str, Any]:
    """One whole kubeconfig, with more in its parts."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u", **(context or {})}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://10.0.0.1:6443", **(cluster or {})}}],
        "users": [{"name": "u", "user": {"token": f"t-{CANARY}", **(user or {})}}],
    }


def refusal(config: object) -> str:
    with pytest.raises(InvalidInput) as refused:
        read_brought(config if isinstance(config, str) else json.dumps(config))
    assert refused.value.__cause__ is None
    told = f"{refused.value.message} {refused.value.next_step}"
    assert CANARY not in told
    return told


NAMED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "certificate-authority": ({"certificate-authority": f"/{CANARY}"}, {}),
    "insecure-skip-tls-verify": ({"insecure-skip-tls-verify": True}, {}),
    "proxy-url": ({"proxy-url": f"http://{CANARY}"}, {}),
    "tls-server-name": ({"tls-server-name": CANARY}, {}),
    "exec": ({}, {"exec": EXEC}),
    "auth-provider": ({}, {"auth-provider": {"name": CANARY}}),
    "client-certificate": ({}, {"client-certificate": f"/{CANARY}"}),
    "client-key": ({}, {"client-key": f"/{CANARY}"}),
    "tokenFile": ({}, {"tokenFile": f"/{CANARY}"}),
    "username": ({}, {"username": CANARY}),
    "password": ({}, {"password": CANARY}),
    "as": ({}, {"as": CANARY}),
    "as-groups": ({}, {"as-groups": [CANARY]}),
    "client-key-data": ({}, {"client-certificate-data": PEM}),
    "client-certificate-data": ({}, {"client-certificate-data": CANARY, "client-key-data": PEM}),
    "certificate-authority-data": ({"certificate-authority-data": base64.b64encode(CANARY.encode()).decode()}, {}),
    "token": ({}, {"token": f"{CANARY}\r\nX-Remote-User: admin"}),
    "server": ({"server": [CANARY]}, {}),
}


@pytest.mark.parametrize("key", NAMED)
def test_what_reaches_beyond_the_cluster_is_refused_by_name(key: str) -> None:
    cluster, user = NAMED[key]
    assert key in refusal(written(cluster, user)).partition("Send one with")[0]


BROKEN: dict[str, object] = {
    "no text": "",
    "a list": "[]",
    "no YAML": f"a: [{CANARY}",
    "two documents": f"{json.dumps(written())}\n---\n{json.dumps(written())}",
    "a tag": f"!!python/object/apply:os.system ['{CANARY}']",
    "a key that stands twice": f"current-context: {CANARY}\ncurrent-context: {CANARY}\n",
    "a key that nobody knows": written({CANARY: "x"}),
    "a namespace that leaves its path": written(context={"namespace": f"../../{CANARY}"}),
    "no credential": written(user={"token": ""}),
    "a context of nobody": {**written(), "users": []},
    "no current context": {**written(), "current-context": ""},
    "clusters that are no list": {**written(), "clusters": CANARY},
    "nested beyond measure": "[" * 30_000,
    "aliases that multiply": "k0: &k0 [x]\n" + "".join(f"k{i + 1}: &k{i + 1} [*k{i},*k{i}]\n" for i in range(40)),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_kubeconfig_that_is_not_whole_is_refused_without_its_text(what: str) -> None:
    assert refusal(BROKEN[what]).startswith("the kubeconfig ")


def test_four_values_and_the_namespace_are_taken() -> None:
    data = {"client-certificate-data": PEM, "client-key-data": PEM}
    found = read_brought(json.dumps(written({"certificate-authority-data": PEM}, data, {"namespace": "shop"})))
    assert found.server == "https://10.0.0.1:6443"
    assert found.certificate_authority_data == found.client_certificate_data == found.client_key_data == PEM
    assert (found.token, found.namespace) == (f"t-{CANARY}", "shop")


def test_other_contexts_do_not_matter() -> None:
    config = written()
    config["users"].append({"name": "other", "user": {"exec": EXEC}})
    assert read_brought(json.dumps(config)).token


def test_a_switch_that_is_off_is_as_if_it_were_not_there() -> None:
    off = {"insecure-skip-tls-verify": False, "proxy-url": ""}
    assert read_brought(json.dumps(written(off, {"exec": None}))).insecure is False
