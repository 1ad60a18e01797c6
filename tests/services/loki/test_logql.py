"""Log queries: what is understood is sent as it was read, what is not is told with its place."""

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.loki.logql import LONGEST, parsed
from ack_mcp_server.services.loki.selector import one_of
from ack_mcp_server.services.prometheus.quoting import quote
from tests.services.loki.simulated import read_query

GOOD = [
    '{app="web"}',
    '{app="web", pod=~"web-.*", level!="debug"} |= "error" != `health` |~ "5[0-9]{2}" !~ "x"',
    '{app!=""}',
    '{app!~".*"}',
    '{a="b"} | json',
    '{a="b"} | json status, path = "request.path" | status >= 500 and ( method = "GET" or took > 1.5s )',
    '{a="b"} | logfmt --strict --keep-empty | size < 20MB, took <= 1h30m',
    '{a="b"} | pattern "<ip> - <_>" | regexp "(?P<code>[0-9]+)" | unpack | decolorize',
    '{a="b"} | line_format "{{.msg}} }" | label_format x = y, z = `{{.w}}` | drop a, b = "c" | keep d',
    '{a="b"} |= "x" or "y" or "z" |> "<_>err<_>" | addr = ip ( "10.0.0.0/8" ) |= ip ( "10.0.0.1" )',
]
BAD = [
    ("", 1, "selector"),
    ("error", 1, "selector"),
    ('app="web"', 1, "selector"),
    ("{}", 1, "without any label"),
    ('{app=~".*"}', 1, "without any label"),
    ('{app=""}', 1, "without any label"),
    ('{app!="x"}', 1, "without any label"),
    ('{app="web"', 11, "comma or }"),
    ('{app="web}', 6, "no end"),
    ("{app='web'}", 6, "single quotes"),
    ('{app="web" pod="x"}', 12, "comma or }"),
    ('{app="web"} error', 13, "stage"),
    ('{app="web"}}', 12, "stage"),
    ('{app="web"} |= error', 16, "string"),
    ('{app="web"} |~ "(x"', 16, "no regular expression"),
    ('{app="web"} |~ "(?=x)"', 16, "no regular expression"),
    ('{app="\\d"}', 7, "no escape"),
    ('{app="web"} | jsn', 18, "comparison"),
    ('{app="web"} | status >= "x"', 25, "number"),
    ('{app="web"} | status = 5x', 24, "no number"),
    ('{app="web"} | (a="b"', 21, ")"),
    ('{app="web"} ; {app="x"}', 13, "no meaning"),
    ('sum by (app) (rate({app="web"}[5m]))', 1, "metric query"),
    ('count_over_time({app="web"}[5m])', 1, "metric query"),
    ('{app="web"}[5m]', 12, "metric query"),
]


@pytest.mark.parametrize("query", GOOD)
def test_a_log_query_is_sent_as_it_was_read(query: str) -> None:
    sent = str(parsed(query))
    assert sent.replace(" ", "") == query.replace(" ", "")
    assert str(parsed(sent)) == sent


@pytest.mark.parametrize(("query", "column", "what"), BAD)
def test_an_error_has_its_place(query: str, column: int, what: str) -> None:
    with pytest.raises(InvalidInput) as told:
        parsed(query)
    assert told.value.message.startswith(f"query has an error at column {column}: ")
    assert what in told.value.message
    assert told.value.next_step


def test_comments_are_not_sent() -> None:
    assert str(parsed('{a="b"} # } |= "x"\n |= "y" # end')) == '{a="b"} |= "y"'


@pytest.mark.parametrize(
    "query", ['{a="b"}' + " " * LONGEST, '{a="b"} |= "\0"', '{a="\ud800"}', '{a="b"}' + ' |= "x"' * 51]
)
def test_a_query_has_its_bounds(query: str) -> None:
    with pytest.raises(InvalidInput):
        parsed(query)


def test_brackets_have_a_depth() -> None:
    with pytest.raises(InvalidInput, match="nested"):
        parsed('{a="b"} | ' + "(" * 900 + 'x="y"' + ")" * 900)


@examples(max_examples=60)
@given(st.text(alphabet='{}ab="`\\|~!(),#\n >0[]', max_size=30))
def test_what_is_accepted_means_the_same_when_it_is_read_again(text: str) -> None:
    for query in (text, '{a="b"' + text, '{a="b"} ' + text):
        try:
            found = parsed(query)
        except InvalidInput:
            continue
        assert parsed(str(found)) == found


@examples(max_examples=60)
@given(st.lists(st.text(max_size=12).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)), max_size=2))
def test_no_value_gets_out_of_its_string(values: list[str]) -> None:
    """The added matcher keeps streams of other namespaces out, by a reader of its own."""
    query = parsed('{a="b"}').only(one_of("namespace", ["shop", *values]))
    assert query.selector.count("{") >= 1
    assert parsed(str(query)).matchers[-1].name == "namespace"
    assert len(parsed(str(query)).matchers) == 2


@pytest.mark.parametrize("evil", ['x"} or {a="b', "x`", "a|b", "}\n{", 'x",namespace=~".*'])
def test_a_quoted_value_is_found_literally(evil: str) -> None:
    streams, _ = read_query(str(parsed("{a=" + quote(evil) + "}")))
    assert streams({"a": evil})
    assert not streams({"a": "b"})
