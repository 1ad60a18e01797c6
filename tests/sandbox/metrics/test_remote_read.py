"""What a real Prometheus sends and is sent: Snappy's blocks, and samples that come out as they went in."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ack_sandbox.metrics.remote_read import answered
from ack_sandbox.metrics.snappy import packed, unpacked, varint
from tests.sandbox.metrics.watched import production


@settings(max_examples=40)
@given(st.binary(max_size=3000))
def test_what_was_packed_is_unpacked(data: bytes) -> None:
    assert unpacked(packed(data)) == data


def test_copies_of_every_width_are_followed_also_where_they_overlap() -> None:
    one = bytes([0b000_010_01, 3])  # six bytes from three back
    two = bytes([(4 - 1) << 2 | 2, 9, 0])  # four bytes from nine back
    four = bytes([(2 - 1) << 2 | 3, 1, 0, 0, 0])  # two bytes from one back
    block = varint(15) + bytes([2 << 2]) + b"abc" + one + two + four
    assert unpacked(block) == b"abcabcabc" + b"abca" + b"aa"


def test_a_question_is_answered_with_the_series_that_match_in_their_time() -> None:
    which = production()
    start, end = int(which.now - 120) * 1000, int(which.now) * 1000
    matcher = b"\x12\x08__name__\x1a\x02up"
    wanted = b"\x08" + varint(start) + b"\x10" + varint(end) + b"\x1a" + varint(len(matcher)) + matcher
    answer = unpacked(answered(which.monitored.source(), packed(b"\x0a" + varint(len(wanted)) + wanted)))
    assert answer.count(b"__name__\x12\x02up") == len(which.ask("up"))
    assert answer.count(b"\x12\x10\x09") == 5 * len(which.ask("up"))  # a sample each half minute
