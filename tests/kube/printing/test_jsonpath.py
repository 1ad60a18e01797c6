"""kubectl's JSONPath: what is found, how it is printed, and how it is refused."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.kube.printing import JsonPathError, NotUnderstood
from ack_mcp_server.kube.printing.jsonpath import compile_path

POD: dict[str, Any] = {
    "metadata": {"name": "web", "labels": {"app.io/x": "v1"}},
    "spec": {
        "containers": [
            {"name": "a", "image": "i:1", "ports": [{"p": 80}, {"p": 443}]},
            {"name": "b", "image": "<i>", "cpu": 1.5},
            {"name": "c", "nul": None},
        ],
        "nums": [1, 2, 3],
        "big": 1e6,
        "on": True,
    },
}


@pytest.mark.parametrize(
    "template, printed",
    [
        ("name: {.metadata.name}\n", "name: web\n"),
        ("{$.metadata.name}{@.metadata.name}", "webweb"),
        ("{.spec.containers[*].name}", "a b c"),
        ("{.spec.containers[0].ports}", '[{"p":80},{"p":443}]'),
        ("{.spec.containers[1].image} {.spec.containers[1]}", '<i> {"cpu":1.5,"image":"\\u003ci\\u003e","name":"b"}'),
        ("{.spec.containers[-1].name}{.spec.containers[0:2].name}{.spec.containers[::2].name}", "ca ba c"),
        ("{.spec.nums[1:]} {.spec.nums[0,2]} {.spec.nums[]}", "2 3 1 3 1"),
        ("{.metadata.labels.app\\.io/x}{.metadata.labels['app\\.io/x']}", "v1v1"),
        ("{['metadata','spec']['name','on']}", "web true"),
        ("{.spec.big} {.spec.on} {.spec.containers[2].nul} {.spec.containers[1].cpu}", "1e+06 true null 1.5"),
        ("{.missing.more[0]}|", "|"),
        ("{..p}", "80 443"),
        ("{.metadata.labels.*}", "v1"),
        ('{.spec.containers[?(@.name=="b")].image}', "<i>"),
        ("{.spec.containers[?(@.name!='b')].name}", "a c"),
        ("{.spec.containers[?(@.ports)].name}", "a"),
        ("{.spec.containers[0].ports[?(@.p>80)].p} {.spec.nums[?(@<=2)]}", "443 1 2"),
        (
            '{range .spec.containers[*]}{.name}{"\\t"}{range .ports[*]}{.p},{end}{"\\n"}{end}.',
            "a\t80,443,\nb\t\nc\t\n.",
        ),
        ("{range .missing[*]}{.x}{end}after", "after"),
        ("{range .spec.nums[*]}{@}-", "1-2-3-" + "{}-"),
        ("{'it\\'s'} {\"\\u00e9\\x41\\101\"} {1} {1.5} {true}", "it's éAA 1 1.5 true"),
        ("{}", "{}"),
    ],
)
def test_a_template_prints_what_kubectl_prints(template: str, printed: str) -> None:
    from ack_mcp_server.kube.printing.json import compact

    assert compile_path(template).render(POD) == printed.replace("{}", compact(POD))


@pytest.mark.parametrize(
    "template, reason",
    [
        ("{.items[*}", "unterminated array"),
        ("{.a", "unclosed action"),
        ("{.a\n}", "unrecognized character in action: U+000A"),
        ("{.a(b)}{(}", "unrecognized character in action: U+0028 '('"),
        ("{.a[x]}", "invalid array index x"),
        ("{.a[-]}", "array index - is not a number"),
        ('{"a}', "unterminated quoted string"),
        ('{"\\z"}', 'unquote string "\\z" error invalid syntax'),
        ("{.a[?(@.b}", "unterminated filter"),
        ("{.a[?(@.b)}", "unclosed array expect ]"),
        ("{....}", "invalid multiple recursive descent"),
        ("{1.2.3}", "cannot parse number 1.2.3"),
    ],
)
def test_a_template_that_cannot_be_read_is_refused_in_kubectls_words(template: str, reason: str) -> None:
    reason = "unclosed action" if "\n" in template else reason
    with pytest.raises(JsonPathError) as refused:
        compile_path(template)
    assert refused.value.stderr == f"error: error parsing jsonpath {template}, {reason}"


def test_a_missing_template_is_refused() -> None:
    with pytest.raises(JsonPathError, match=r"^error: template format specified but no template given$"):
        compile_path("")


@pytest.mark.parametrize(
    "template",
    [
        "{.metadata.name[0]}",
        "{.spec.nums[5]}",
        "{.spec[?(@.a)]}",
        "{.spec.nums[?(@=='a')]}",
        "{.spec.containers[?(@.nul>1)]}",
        "{end}",
        "{foo}",
        "{range .spec.containers[*].nul}{[0]}{end}",
        '{"\\xff"}',
    ],
)
def test_where_kubectl_fails_on_the_object_it_is_not_understood(template: str) -> None:
    with pytest.raises(NotUnderstood):
        compile_path(template).render(POD)


def test_a_missing_field_is_an_error_when_it_may_not_be_missing() -> None:
    with pytest.raises(NotUnderstood, match="nope is not found"):
        compile_path("{.metadata.nope}", allow_missing=False).render(POD)


def test_results_as_json_are_one_indented_list_for_each_part() -> None:
    printed = compile_path("{.spec.nums[:2]}x{.missing}").render_json(POD)
    assert printed == '[\n    1,\n    2\n]\n[\n    "x"\n]\n[]\n'


@pytest.mark.parametrize("path", [".metadata.name", "metadata.name", "{.metadata.name}", "{metadata.name}"])
def test_a_relaxed_path_takes_all_four_forms(path: str) -> None:
    assert compile_path(path, relaxed=True).values(POD) == ["web"]


@pytest.mark.parametrize("path", ["{.a}{.b}", "a{b}", "{.a", "{}"])
def test_a_relaxed_path_is_one_path(path: str) -> None:
    with pytest.raises(JsonPathError, match=r"^error: unexpected path string, expected a 'name1.name2' or"):
        compile_path(path, relaxed=True)


_PARTS = st.sampled_from(
    [*"{}[]().,:*?@$'\"\\-+01aé \n", "..", "[?(", "range ", "end", ".a", "{.a}", "[*]", "{range .a[*]}", "==", "{end}"]
)


@given(st.lists(_PARTS, max_size=25).map("".join))
@settings(max_examples=300)
def test_no_expression_ends_in_another_error(template: str) -> None:
    for relaxed in (False, True):
        try:
            path = compile_path(template, relaxed=relaxed)
            path.render({"a": [{"a": [1, None]}, "a", 1.5, {}]})
            path.render_json({"a": [{"a": "x"}, 2]})
        except (JsonPathError, NotUnderstood):
            continue


@pytest.mark.parametrize(
    "template",
    [
        "{range .a[*]}" * 300,
        "{range .missing}" * 300,
        "{" + "..a" * 1300 + "}",
        "{" + "[*,*]" * 800 + "}",
        "{" + "[?(" * 1300 + ")]" * 100 + "}",
        "{" + "..*" * 1000 + "}",
        "{" + "[" * 4000 + "}",
        "{.a[" + "," * 4000 + "]}",
        "{" + "9" * 4000 + "}",
        "{" * 4000,
        "{}" * 2000,
    ],
)
def test_a_hostile_expression_ends(template: str) -> None:
    value: object = {"a": [1]}
    for _ in range(40):
        value = {"a": [value, 1]}
    try:
        compile_path(template).render({"a": [[[["x"] * 3] * 3] * 3] * 3})
        compile_path(template).render(value)
    except (JsonPathError, NotUnderstood):
        pass
