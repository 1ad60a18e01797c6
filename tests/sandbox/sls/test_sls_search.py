"""The search before the pipe: its grammar, and which rows it finds."""

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_sandbox.cloud.errors import CloudError
from ack_sandbox.sls.query import split
from ack_sandbox.sls.rows.plans import TOKENS, FieldIndex, Row
from ack_sandbox.sls.search.matching import matcher, read_search

INDEX = {
    "verb": FieldIndex(),
    "note": FieldIndex(),
    "exact": FieldIndex(token="", case_sensitive=True),
    "size": FieldIndex(type="long"),
    "user": FieldIndex(type="json"),
    "user.name": FieldIndex(),
    "user.age": FieldIndex(type="long"),
}
ROW = {
    "__time__": "1700000000",
    "__source__": "10.0.0.1",
    "__topic__": "",
    "__tag__:__hostname__": "web-1",
    "verb": "Delete",
    "note": 'Pod "web-1-x" in default: OOMKilled (exit code 137)',
    "exact": "Web One",
    "size": "137",
    "user": json.dumps({"name": "system:node:n1", "age": 7, "labels": {"a.b/c": "deep"}}),
}


def finds(search: str, row: Row = ROW) -> bool:
    index = {**INDEX, "__tag__:__hostname__": FieldIndex()}
    test = matcher(read_search(search), index)
    return test is None or test(row)


@pytest.mark.parametrize(
    "search",
    [
        *(
            "",
            "*",
            "verb: delete",
            "VERB: delete or verb:DELETE and size=137",
            '"verb": delete',
            "verb:del*",
            "verb: d?lete",
        ),
        *("note: oomkilled", "note: 137", 'note: "exit code"', 'note: "code exit"', 'note: #"exit code 137"'),
        *("oomkilled", "default exit", '#"in default"', "web-1-x", '"pod web-1-x"', "oom*", "deep"),
        *("size: 137", "size >= 137", "size in [1 137]", "size in (136 138)", "size in [1,137]"),
        *(
            "user.name: node",
            'user.name: "system:node:n1"',
            "user.age = 7",
            "user.labels: deep",
            "user.labels.a.b/c: deep",
        ),
        *(
            "verb: *",
            "not verb: get",
            "not not verb: delete",
            "(verb: get or size > 1) and note: pod",
            "verb: get or a or pod",
        ),
        *(
            "exact: Web*",
            'exact: "Web One"',
            "__tag__:__hostname__: web-1",
            "__source__: 10.0.0.1",
            "verb:delete not pods",
        ),
    ],
)
def test_a_search_finds_the_row(search: str) -> None:
    assert finds(search.replace("VERB", "verb"))


@pytest.mark.parametrize(
    "search",
    [
        *("verb: del", "verb: get", "note: oom", 'note: #"code exit"', "oomkilled and absent", "note: web-1"),
        *("size > 137", "size in [1 137)", "size in (137 200]", "size: 13", "user.age > 7", "nothing: * or verb: get"),
        *(
            "not verb: delete",
            "verb: get and size: 137 or absent",
            'verb: "del*"',
            "exact: web*",
            "exact: Web",
            "user.nobody: *",
        ),
        *("verb: delete not oomkilled",),
    ],
)
def test_a_search_does_not_find_the_row(search: str) -> None:
    assert not finds(search.replace("nothing: *", "user.nothing: *"))


@pytest.mark.parametrize(
    ("search", "message"),
    [
        ("verb: :", "from column:7 to column:8,error near < : >"),
        ("(verb: get", "from column:11 to column:12,error near <  >"),
        ("a and or b", "from column:7 to column:9,error near < or >"),
        ('verb: "open', 'from column:7 to column:8,error near < " >'),
        ("*tail", "error near < *tail >"),
        ('not #"a b"', "error near < a b >"),
        ("size > many", "error near < many >"),
        ("verb > 3", "key (verb) is not config as numberic column"),
        ("other: x", "key (other) is not config as key value config"),
        ("size: many", "(many) is not a number"),
        (" ".join("abcdefghijklmnopqrstuvwxyzabcde"), "more than 30 conditions"),
        ("(" * 60 + "a" + ")" * 60, "error near < ( >"),
    ],
)
def test_a_wrong_search_is_refused_with_its_place(search: str, message: str) -> None:
    with pytest.raises(CloudError) as refusal:
        finds(search)
    assert refusal.value.code == "ParameterInvalid"
    assert message in refusal.value.message


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ('a: "x|y" | select 1', ('a: "x|y"', "select 1")),
        ("* |select '|'", ("*", "select '|'")),
        ("plain", ("plain", None)),
        ('open " quote | select 1', ('open " quote', "select 1")),
    ],
)
def test_a_query_is_split_at_the_first_pipe_outside_quotation_marks(query: str, parts: tuple[str, str | None]) -> None:
    assert split(query) == parts


WORDS = st.sampled_from(["get", "Get", "list", "web-1", "web", "a.b", "x"])
VALUES = st.lists(WORDS, max_size=4).map(" ".join) | st.lists(WORDS, min_size=1, max_size=3).map("/".join)
ROWS = st.fixed_dictionaries(
    {}, optional={"verb": VALUES, "note": VALUES, "user": VALUES.map(lambda name: json.dumps({"name": name}))}
)

# A search as text, and what it means, worked out by splitting and comparing.
Meant = tuple[str, Callable[[Row], bool]]


def _words(value: str) -> set[str]:
    return {word for word in re.split(f"[{re.escape(TOKENS)}]+", value.lower()) if word}


def _field(row: Row, name: str) -> str | None:
    if name != "user.name":
        return row.get(name)
    return str(json.loads(row["user"])["name"]) if "user" in row else None


def _named(name: str, word: str) -> Meant:
    return f"{name}: {word}", lambda row: word.lower() in _words(_field(row, name) or "")


def _begins(name: str, word: str) -> Meant:
    def meant(row: Row) -> bool:
        return any(found.startswith(word.lower()) for found in _words(_field(row, name) or ""))

    return f"{name}:{word}*", meant


def _bare(word: str) -> Meant:
    return word, lambda row: any(word.lower() in _words(value) for value in row.values())


def _exists(name: str) -> Meant:
    return f"{name}: *", lambda row: bool(_field(row, name))


def _joined(word: str, join: Callable[[list[bool]], bool]) -> Callable[[list[Meant]], Meant]:
    def made(parts: list[Meant]) -> Meant:
        text = f" {word} ".join(f"({part})" for part, _ in parts)
        return text, lambda row: join([meant(row) for _, meant in parts])

    return made


def _negated(inner: Meant) -> Meant:
    return f"not ({inner[0]})", lambda row: not inner[1](row)


NAMES = st.sampled_from(["verb", "note", "user.name"])
LEAVES = (
    st.builds(_named, NAMES, WORDS)
    | st.builds(_begins, NAMES, WORDS)
    | st.builds(_bare, WORDS)
    | st.builds(_exists, NAMES)
)


def _grown(inner: st.SearchStrategy[Meant]) -> st.SearchStrategy[Meant]:
    several = st.lists(inner, min_size=2, max_size=3)
    return (
        inner.map(_negated)
        | several.map(_joined("and", all))
        | several.map(_joined("", all))
        | several.map(_joined("or", any))
    )


@given(st.recursive(LEAVES, _grown, max_leaves=6), st.lists(ROWS, max_size=5))
@settings(max_examples=60)
def test_a_search_finds_what_an_oracle_finds(search: Meant, rows: list[dict[str, str]]) -> None:
    text, meant = search
    test = matcher(read_search(text), INDEX)
    assert test is not None
    assert [test(row) for row in rows] == [meant(row) for row in rows]


@given(
    st.lists(
        st.sampled_from(["a", "b", "not", "and", "or", "(", ")", '"', ":", "verb", ">=", "1", "in [1 2]", "*", "\\"])
    )
)
@settings(max_examples=60)
def test_any_text_is_a_search_or_a_refusal(parts: list[str]) -> None:
    try:
        matcher(read_search(" ".join(parts)), INDEX)
    except CloudError as refusal:
        assert refusal.code == "ParameterInvalid"


@given(
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=3, max_size=5),
    st.lists(st.sampled_from(["and", "or", ""]), min_size=4, max_size=4),
)
@settings(max_examples=40)
def test_and_binds_tighter_than_or(words: list[str], joins: list[str]) -> None:
    text = words[0] + "".join(f" {join} {word}" for join, word in zip(joins, words[1:], strict=False))
    groups = [re.split(r"\s+(?:and\s+)?", group.strip()) for group in text.split(" or ")]
    test = matcher(read_search(text), INDEX)
    assert test is not None
    for present in ({"a"}, {"b"}, {"a", "b"}, {"b", "c"}, {"a", "b", "c"}):
        assert test({"note": " ".join(present)}) == any(set(group) <= present for group in groups)
