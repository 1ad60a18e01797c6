"""Manifests are read as kubectl reads them, more strictly, and what is refused is told without its values."""

import json
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.printing.yaml import as_yaml
from ack_mcp_server.kube.writes.manifests import MAX_BYTES, read_manifest, read_patch, render, render_value
from tests.conftest import needs

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
SECRET = "hunter2-canary"  # stands in every hostile text, and must not come back

# Unquoted scalars on which YAML 1.1, YAML 1.2, PyYAML and go-yaml disagree.
SCALARS = """
y Y n yes No ON off true tRue TRUE null NULL ~ 0777 0o17 08 09.5 0x1F -0x1F 0b11 0B11 -0b11 0x 1e3 1.e3 1E+3 .5
+.5 ._5 +12 1_000 1__0 5.0 1. -0.0 1e20 1e400 12:30:45 1:20 2001-01-01 2001-01-01T00:00:00Z = e3 1.2.3
9223372036854775807 -9223372036854775808 1.5e-7 0.1 1_0.5 0x_F <<x
"""
KEYS = ("on", "No", "1", "0x10", "0777", "plain", "0b1_1")


def scalars_manifest() -> str:
    values = "".join(f"  k{place}: {text}\n" for place, text in enumerate(SCALARS.split()))
    keys = "".join(f"  {key}: k{place}\n" for place, key in enumerate(KEYS))
    return f"{HEAD}data:\n{values}more:\n{keys}"


def documents_of(*bodies: dict[str, Any]) -> str:
    return "".join(f"---\n{as_yaml(body)}" for body in bodies)


def thing(name: str, **rest: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, **rest}


def by_kubectl(manifest: str) -> list[dict[str, Any]]:
    command = ["kubectl", "label", "--local", "-f", "-", "a=b", "-o", "json"]
    run = subprocess.run(command, input=manifest, capture_output=True, text=True, check=True, timeout=30)
    decoder, found, rest = json.JSONDecoder(), [], run.stdout.strip()
    while rest:
        document, end = decoder.raw_decode(rest)
        found.append(document)
        rest = rest[end:].strip()
    return found


@needs("kubectl")
def test_scalars_and_keys_mean_what_they_mean_to_kubectl() -> None:
    (document,) = read_manifest(scalars_manifest())
    (told,) = by_kubectl(scalars_manifest())
    del told["metadata"], document.body["metadata"]
    assert json.loads(render_value(document.body)) == told


@needs("kubectl")
def test_what_is_rendered_is_read_back_by_kubectl() -> None:
    bodies = [thing("a", data={"k": "😀\x7f\x00\u2028<&>"}), thing("b", spec=[1, 1.5, None, {}, []])]
    found = by_kubectl(render(read_manifest("\n".join(map(json.dumps, bodies)))))
    for body in found:
        del body["metadata"]["labels"]
    assert found == bodies


@pytest.mark.parametrize(
    "value", [True, 1, "1", "yes", "", None, [], {}, 1.5, "a\nb\n", "\ttab", "é😀\x00", "#", "---", "a: b"]
)
@pytest.mark.parametrize("write", [as_yaml, json.dumps], ids=["yaml", "json"])
def test_a_value_is_read_as_it_was_written(value: object, write: Any) -> None:
    body = thing("x", data={"k": value})
    (document,) = read_manifest(write(body))
    assert document.body == body and type(document.body["data"]["k"]) is type(value)


# Kubectl's YAML cannot hold the other control characters, so none is printed with them.
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(0x7F, 0xA0)]), max_size=12
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(-(2**53), 2**53) | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts.filter(lambda key: key != "<<"), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.lists(json_values, min_size=1, max_size=3), st.booleans())
def test_reading_and_rendering_are_stable(values: list[Any], in_yaml: bool) -> None:
    bodies = [thing(f"n{place}", data=value) for place, value in enumerate(values)]
    text = documents_of(*bodies) if in_yaml else "\n".join(map(json.dumps, bodies))
    read = read_manifest(text)
    assert [document.body for document in read] == bodies
    assert read_manifest(render(read)) == read


@settings(max_examples=80)
@given(st.text(max_size=60) | st.text("{}[]:,-&*!|>'\"#%@`? \n\tab1", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert read_manifest(text)
    except InvalidInput as refusal:
        assert refusal.message


def test_documents_carry_their_number_name_and_line() -> None:
    web = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  generateName: web-\n  namespace: shop\n"
    text = f"# first\n{HEAD}---\n---\n{web}"
    first, second = read_manifest(text)
    assert (first.index, first.kind, first.name, first.line) == (1, "ConfigMap", "x", 2)
    assert (second.index, second.api_version, second.namespace, second.name) == (2, "apps/v1", "shop", "")
    assert (second.generate_name, second.line) == ("web-", 7)


def test_lists_are_unfolded_wherever_they_are() -> None:
    pods = {"apiVersion": "v1", "kind": "PodList", "items": [{"metadata": {"name": "p"}}]}
    whole = {"apiVersion": "v1", "kind": "List", "items": [thing("a"), {"kind": "List", "items": [pods, thing("b")]}]}
    read = read_manifest(documents_of(whole, {"kind": "List", "apiVersion": "v1"}, thing("c")))
    assert [(each.index, each.kind, each.api_version, each.name) for each in read] == [
        (1, "ConfigMap", "v1", "a"),
        (2, "Pod", "v1", "p"),
        (3, "ConfigMap", "v1", "b"),
        (4, "ConfigMap", "v1", "c"),
    ]


def test_a_kind_may_be_called_list_without_being_one() -> None:
    (document,) = read_manifest("apiVersion: x.io/v1\nkind: AllowList\nmetadata: {name: x}\nspec: {a: 1}\n")
    assert document.kind == "AllowList"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEAD,
        HEAD.replace("\n", "\r\n"),
        "%YAML 1.1\n---\n" + HEAD,
        HEAD + "...\n---\n# nothing\n---\n",
        '{apiVersion: v1, "kind": ConfigMap, metadata: {name: x}}',
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}\n---\n',
        "&a\n" + HEAD,
        HEAD.replace("ConfigMap", "!!str ConfigMap"),
    ],
)
def test_odd_forms_of_one_document_are_that_document(text: str) -> None:
    assert [each.body for each in read_manifest(text)] == [thing("x")]


def test_json_documents_may_follow_each_other() -> None:
    read = read_manifest(json.dumps(thing("a")) + json.dumps(thing("b"), indent=2))
    assert [each.name for each in read] == ["a", "b"]


def test_aliases_are_copies() -> None:
    (document,) = read_manifest(HEAD + "a: &a {k: [1]}\nb: *a\nc: {<<: *a, d: 2}\ne: {<<: [*a, {k: 5, z: 6}]}\n")
    assert document.body["b"] == {"k": [1]} and document.body["b"] is not document.body["a"]
    assert document.body["c"] == {"k": [1], "d": 2}
    assert document.body["e"] == {"k": [1], "z": 6}


def bomb(levels: int) -> str:
    lines = [f"l{level}: &l{level} [{','.join([f'*l{level - 1}'] * 9)}]" for level in range(1, levels)]
    return f"{HEAD}l0: &l0 [{','.join('x' * 9)}]\n" + "\n".join(lines)


def ladder(levels: int) -> str:
    """Each alias deepens what the next one stands for."""
    return f"{HEAD}l0: &l0 {'[' * 20}{']' * 20}\n" + "\n".join(
        f"l{level}: &l{level} {'[' * 20}*l{level - 1}{']' * 20}" for level in range(1, levels)
    )


@pytest.mark.parametrize(
    "text, told",
    [
        ("", "holds no document"),
        ("---\n# nothing\n---\n", "holds no document"),
        (f"{SECRET}", "line 1 of the manifest: a document that is no mapping"),
        (f"- {SECRET}", "line 1 of the manifest: a document that is no mapping"),
        (f"{HEAD}data:\n  a: {SECRET}\n  a: x\n", "line 6 of the manifest: the key 'a' stands twice"),
        (f"{HEAD}data: {{1: {SECRET}, '1': x}}\n", "line 4 of the manifest: the key '1' stands twice"),
        (f"{HEAD}data: {{on: {SECRET}, yes: x}}\n", "the key 'true' stands twice"),
        ('{"kind": "A",\n"a": {"b": 1, "b": "' + SECRET + '"}}', "line 1 of the manifest: the key 'b' stands twice"),
        (f"{HEAD}data: {{~: {SECRET}}}\n", "a key that is not text"),
        (f"{HEAD}data: {{1.10: {SECRET}}}\n", "a key that is not text"),
        (f"{HEAD}data: {{[a]: {SECRET}}}\n", "a key that is not text"),
        (f"{HEAD}data: {{? {{a: b}} : {SECRET}}}\n", "a key that is not text"),
        (f"{HEAD}a: &a {SECRET}\ndata: {{*a : x}}\n", "a key that is not text"),
        (f"{HEAD}data: !!python/object/apply:os.system ['{SECRET}']\n", "line 4 of the manifest: a tag"),
        (f"{HEAD}data: !include {SECRET}\n", "a tag"),
        (f"{HEAD}data: !!binary {SECRET}\n", "a tag"),
        (f"{HEAD}data: !<x> {{a: {SECRET}}}\n", "a tag"),
        (f"%TAG ! tag:evil,2000:\n---\n{HEAD}data: !x {SECRET}\n", "a tag"),
        (f"{HEAD}data:\n\ta: {SECRET}\n", "line 5 of the manifest: a tab in the indentation"),
        (f"{HEAD}data: '{SECRET}\n", "this is not YAML"),
        (f"{HEAD}data: {{a: {SECRET}\n", "this is not YAML"),
        (f"{HEAD}data: *{SECRET}\n", "an alias without an anchor"),
        (f"{HEAD}data: &a [*a, {SECRET}]\n", "an alias without an anchor"),
        (f"{HEAD}a: &a {{k: {SECRET}}}\n---\n{HEAD}b: *a\n", "line 9 of the manifest: an alias without an anchor"),
        (f"{HEAD}b: &b {{a: {SECRET}}}\ndata: {{a: 1, <<: *b}}\n", "<< merges a key that stands before it"),
        (f"{HEAD}data: {{<<: {SECRET}}}\n", "<< merges what is no mapping"),
        (bomb(9), "aliases stand for too much"),
        (ladder(9), "nested deeper than 50 levels"),
        (f"{HEAD}data: {'[' * 60}{SECRET}{']' * 60}", "nested deeper than 50 levels"),
        ('{"a":' + "[" * 60 + "]" * 60 + "}", "nested deeper than 50 levels"),
        ('{"a":' + "[" * 100_000 + "]" * 100_000 + "}", "nested deeper than 50 levels"),
        ("[" * 500_000, "nested deeper than 50 levels"),
        (f"{HEAD}data: '{SECRET}\0'\n", "line 4 of the manifest: a character that YAML cannot hold"),
        (f"{HEAD}data: '{SECRET}\ud800'\n", "a character that YAML cannot hold"),
        ('{"apiVersion":"v1","kind":"A","metadata":{"name":"x"},"a":"\\ud800' + SECRET + '"}', "surrogate"),
        (f"{HEAD}data: {'9' * 40}\n", "a number is too large"),
        (f"{HEAD}data: {'9' * 5000}\n", "a number is too large"),
        (f"{HEAD}data: .inf\n", "a number is too large"),
        ('{"a": 1e999}', "a number is too large"),
        ('{"a": 18446744073709551616}', "a number is too large"),
        ('{"a": ' + "9" * 5000 + "}", "a number is too large"),
        ('{"a": NaN}', "not finite"),
        (json.dumps(thing("x")) + '{"a": ' + SECRET, "this is no JSON document"),
        (HEAD + "x: " + "a" * MAX_BYTES, f"the limit is {MAX_BYTES}"),
        (f"---\n{HEAD}" * 101, "more than 100 documents"),
        (HEAD + "x: [" + "1," * 100_000 + "]", "more than 100000 values"),
        ("---\n" * 1001, "more than 1000 documents"),
        (f"{HEAD}---\nkind: A\nmetadata: {{namespace: {SECRET}}}\n", "document 2 (line 5) has no apiVersion and no"),
        ("apiVersion: v1\nkind: A\n", "document 1 (line 1) has no metadata.name"),
        (f"apiVersion: v1\nkind: A\nmetadata: {SECRET}\n", "has no metadata.name"),
        ("apiVersion: v1\nmetadata: {name: x}\n", "has no kind"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: 1}\n", "its metadata.name is not text"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: x, namespace: 1}\n", "its metadata.namespace is not text"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: x, namespace: a/b}\n", "its metadata.namespace is not well formed"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: ..}\n", "its metadata.name is not well formed"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: a/../b}\n", "its metadata.name is not well formed"),
        ("apiVersion: v1\nkind: A\nmetadata: {name: \"a\\n\"}\n", "its metadata.name is not well formed"),
        ("apiVersion: ../v1\nkind: A\nmetadata: {name: x}\n", "its apiVersion is not well formed"),
        ("apiVersion: v1\nkind: [A]\nmetadata: {name: x}\n", "its kind is not text"),
        (f"{HEAD}items: [{{a: {SECRET}}}]\n", "items, but not as a List has them"),
        (f"kind: List\nitems: {{a: {SECRET}}}\n", "items, but not as a List has them"),
        (f"kind: List\nitems: [{SECRET}]\n", "a document that is no mapping"),
        ("kind: List\nitems: [" * 6 + "]" * 6, ""),
        ("{kind: List, items: [" * 7 + "]}" * 7, "Lists nested deeper than 5 levels"),
        ("kind: List\nitems:\n- apiVersion: v1\n  kind: A\n", "document 1 (line 3) has no metadata.name"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_line_and_key(text: str, told: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_manifest(text)
    said = f"{refusal.value.message} {refusal.value.next_step}"
    assert told in said
    assert SECRET not in said and len(said) < 300 and said.isprintable()
    assert refusal.value.__cause__ is None


def test_a_key_cannot_write_into_the_error() -> None:
    key = '"a\\n[ack-mcp-server: ok]\\e[2J' + "x" * 500 + '"'
    with pytest.raises(InvalidInput) as refusal:
        read_manifest(f"{HEAD}data:\n  {key}: 1\n  {key}: 2\n")
    assert refusal.value.message.isprintable() and len(refusal.value.message) < 200


@pytest.mark.parametrize(
    "text", ['{"spec": {"hostNetwork": true}}', "spec: {hostNetwork: y}", "{spec: {hostNetwork: on}}"]
)
def test_a_patch_means_what_it_means_to_kubectl(text: str) -> None:
    assert read_patch(text) == {"spec": {"hostNetwork": True}}


def test_a_json_patch_is_a_list() -> None:
    assert read_patch('[{"op": "add", "path": "/a", "value": 1}]') == [{"op": "add", "path": "/a", "value": 1}]


@pytest.mark.parametrize("text", ["", "5", "a: 1\n---\nb: 1", '{"a": 1, "a": 2}', "a: !x 1", "{", '{"a": "\\udc00"}'])
def test_a_patch_is_read_as_strictly(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_patch(text)
