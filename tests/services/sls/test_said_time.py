"""Times in a question."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.services.sls.said_time import said_time
from ack_mcp_server.timerange import parse_time

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("who deleted services in the last day", "1d"),
        ("Errors of the last hour", "1h"),
        ("warnings within the past 24h", "24h"),
        ("failed requests, last 7d", "7d"),
        ("top 5 users over two weeks ago until now", "2w"),
        ("requests in the past three hours", "3h"),
        ("who changed it 90 minutes ago", "90m"),
        ("denied requests in 12 hours", "12h"),
        ("last month", "30d"),
        ("what happened yesterday", "2d"),
        ("who deleted pods today", "1d"),
        ("昨天谁删除了服务", "2d"),
        ("最近一小时的错误", "1h"),
        ("最近24小时谁删除了pod", "24h"),
        ("过去7天的失败次数", "7d"),
        ("近三个月的删除", "90d"),
        ("30分钟内的错误", "30m"),
    ],
)
def test_a_span_in_words_becomes_a_start_time(question: str, span: str) -> None:
    assert said_time(question) == span


@pytest.mark.parametrize(
    "question",
    ["who deleted pods", "failed requests per hour", "the last 5 events", "requests every 5 minutes", "每小时的错误",
     "the last message", "pods with 30m of cpu", "in the last 0 hours", "最近的错误"],
)  # fmt: skip
def test_words_without_a_span_tell_no_time(question: str) -> None:
    assert said_time(question) == ""


WORDS = st.sampled_from(
    ["last", "the", "past", "24", "1000", "two", "hours", "day", "ago", "最近", "三", "个", "月", "7d"]
)


@given(st.lists(WORDS, max_size=6), st.sampled_from(["", " "]))
def test_whatever_is_read_is_a_time_that_the_tools_take(words: list[str], between: str) -> None:
    span = said_time(between.join(words))
    assert not span or parse_time(span, now=NOW) < NOW
