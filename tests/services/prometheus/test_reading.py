"""Answers become values, or errors that say what Prometheus said."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.errors import (
    AckError,
    DeadlineExceeded,
    InvalidInput,
    TooLarge,
    Unavailable,
    UnexpectedAnswer,
)  # fmt: skip
from ack_mcp_server.services.prometheus.reading import read_result
from ack_mcp_server.services.prometheus.values import Matrix, Text, Vector
from tests.services.prometheus.scripted import matrix, vector

LABELS = st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), st.text('a{}[]"\\,:é', max_size=8), max_size=3)
HISTOGRAM = {"count": "6", "sum": "12.5", "buckets": [[0, "0.5", "1", "2"], [0, "1", "2", "4"]]}


@settings(max_examples=50)
@given(st.lists(st.tuples(LABELS, st.floats(allow_nan=False)), max_size=5))
def test_series_are_taken_apart_whatever_their_labels_hold(series: list[tuple[dict[str, str], float]]) -> None:
    body = vector(*({"metric": labels, "value": [1.5, repr(value)]} for labels, value in series))
    found = read_result(json.dumps(body).encode())
    assert isinstance(found, Vector)
    assert [(sample.labels, sample.value) for sample in found.samples] == series


@settings(max_examples=60)
@given(st.binary(max_size=60) | st.text('{}[]":,status0', max_size=60).map(str.encode))
def test_any_other_body_is_a_typed_error(body: bytes) -> None:
    with pytest.raises(AckError):
        read_result(body)


@pytest.mark.parametrize("length", [1, 30, 60, 100, -1])
def test_an_answer_that_ended_half_way_is_no_answer(length: int) -> None:
    body = json.dumps(vector({"metric": {"a": "b"}, "value": [1, "2"]}, {"metric": {}, "value": [1, "2"]})).encode()
    with pytest.raises(UnexpectedAnswer):
        read_result(body[:length])


def test_values_that_are_no_numbers_are_kept() -> None:
    body = vector(*({"metric": {}, "value": [1, text]} for text in ("NaN", "+Inf", "-Inf")))
    found = read_result(json.dumps(body).encode())
    assert isinstance(found, Vector)
    not_a_number, *rest = (sample.value for sample in found.samples)
    assert math.isnan(not_a_number)
    assert rest == [math.inf, -math.inf]


def test_a_scalar_and_a_string_are_what_they_are() -> None:
    scalar = read_result(b'{"status":"success","data":{"resultType":"scalar","result":[1,"2.5"]}}')
    assert isinstance(scalar, Vector)
    assert scalar.is_scalar
    string = read_result(b'{"status":"success","data":{"resultType":"string","result":[1,"x\\u0007y"]}}')
    assert isinstance(string, Text)
    assert string.value == "xy"


def test_native_histograms_keep_their_buckets() -> None:
    body = json.dumps(matrix({"metric": {}, "histograms": [[1, HISTOGRAM]]})).encode()
    found = read_result(body)
    assert isinstance(found, Matrix)
    at, told = found.series[0].histograms[0]
    assert (at, told.count, told.sum, told.buckets) == (1, 6, 12.5, ((0.5, 1, 2), (1, 2, 4)))


def test_warnings_and_infos_are_kept() -> None:
    found = read_result(json.dumps(vector(warnings=["w"], infos=["i"])).encode())
    assert (found.said.warnings, found.said.infos) == (("w",), ("i",))


@pytest.mark.parametrize(
    ("kind", "words", "error"),
    [
        ("bad_data", "parse error", InvalidInput),
        ("execution", "multiple matches", InvalidInput),
        ("execution", "query processing would load too many samples into memory", TooLarge),
        ("timeout", "query timed out", DeadlineExceeded),
        ("internal", "storage", Unavailable),
    ],
)
def test_an_error_inside_a_success_is_an_error(kind: str, words: str, error: type[AckError]) -> None:
    body = json.dumps({"status": "error", "errorType": kind, "error": words}).encode()
    with pytest.raises(error, match=f"{kind}: {words}"):
        read_result(body)
