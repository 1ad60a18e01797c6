"""What is taken from a kubeconfig, and what never is."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.kube.kubeconfig import read
from tests.conftest import CANARY

END = datetime(2026, 11, 21, tzinfo=UTC)


def config(cluster: dict[str, Any] | None = None, user: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "current-context": "x",
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:6443", **(cluster or {})}}],
        "users": [{"name": "u", "user": {"token": "t", **(user or {})}}],
    }


def test_inline_data_is_taken() -> None:
    inline = config(
        {"certificate-authority-data": "Q0E="}, {"client-certificate-data": "Q0M=", "client-key-data": "Q0s="}
    )
    rendered = json.loads(read(yaml.safe_dump(inline), END).render())
    assert rendered["clusters"][0]["cluster"] == inline["clusters"][0]["cluster"]
    assert rendered["users"][0]["user"] == inline["users"][0]["user"]


@pytest.mark.parametrize(
    ("cluster", "user"),
    [
        ({"insecure-skip-tls-verify": True}, {}),
        ({"proxy-url": "http://evil.example"}, {}),
        ({"certificate-authority": "/etc/passwd"}, {}),
        ({}, {"exec": {"command": "sh"}}),
        ({}, {"auth-provider": {"name": "oidc"}}),
        ({}, {"tokenFile": "/etc/passwd"}),
        ({}, {"client-key": "/etc/passwd"}),
        ({}, {"as": "admin"}),
    ],
)
def test_nothing_else_survives(cluster: dict[str, Any], user: dict[str, Any]) -> None:
    rendered = read(yaml.safe_dump(config(cluster, user)), END).render()
    assert all(name not in rendered for name in (*cluster, *user))


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "{", "current-context: x", "a: &a [*a]", "x" * 2_000_000, "!!python/object/apply:os.system [id]"]
    + [yaml.safe_dump(config({"server": server})) for server in ("http://x", "file:///etc/passwd", "", 7)]
    + [yaml.safe_dump(config(user={"token": [CANARY]}))],
)  # fmt: skip
def test_what_is_no_kubeconfig_is_refused_without_its_text(text: str) -> None:
    with pytest.raises(UnexpectedAnswer) as refused:
        read(text, END)
    assert CANARY not in f"{refused.value.message}{refused.value.next_step}"
    assert refused.value.__cause__ is None


def test_a_kubeconfig_does_not_show_itself() -> None:
    assert CANARY not in repr(read(yaml.safe_dump(config(user={"token": CANARY})), END))


NAMES = st.sampled_from(["current-context", "contexts", "clusters", "users", "name", "x"])
LEAVES = st.none() | st.integers() | st.text(max_size=5)
DOCUMENTS = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=8)


@given(DOCUMENTS)
def test_no_yaml_raises_anything_but_our_own_error(value: Any) -> None:
    try:
        read(yaml.safe_dump(value), END)
    except UnexpectedAnswer as refused:
        assert refused.next_step
