"""The last defence: no answer is longer than the operator's ceiling."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.ceiling import CUT, cut_middle, cut_text, cut_value
from ack_mcp_server.answers.marks import MARK
from ack_mcp_server.errors import TooLarge

LEAVES = st.one_of(st.text(max_size=30), st.integers(), st.none(), st.text(max_size=30).map(lambda text: text * 100))
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=20), max_leaves=30)
BODIES = st.dictionaries(st.sampled_from("abcdef"), VALUES, max_size=6)


class Item(Answer):
    name: str
    about: str = ""


class Listed(Answer):
    total: int
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()


def size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def test_what_fits_is_left_as_it_is() -> None:
    assert cut_text("a\nb", 1000) == "a\nb"
    assert cut_value({"a": ["b"]}, 1000) == {"a": ["b"]}


@given(st.text(max_size=60).map(lambda text: text * 100), st.sampled_from([1000, 2000]))
def test_a_long_text_ends_with_our_line_and_fits(text: str, ceiling: int) -> None:
    cut = cut_text(text, ceiling)
    assert len(cut.encode()) <= ceiling
    assert cut == text or cut.rpartition("\n")[2].startswith(MARK)


@pytest.mark.slow
@given(BODIES, st.sampled_from([1500, 4000]))
def test_a_large_value_fits_and_keeps_every_key(body: dict[str, Any], ceiling: int) -> None:
    cut = cut_value(body, ceiling)
    assert size(cut) <= ceiling
    assert set(body) == set(cut) - {CUT}
    assert (CUT in cut) == (cut != body)


def test_a_cut_value_is_valid_to_its_schema_and_says_what_is_missing() -> None:
    items = tuple(Item(name=f"item-{number}", about="x" * number) for number in range(100))
    body = Listed(total=100, items=items, notes=("y" * 9000,)).model_dump(mode="json")
    cut = cut_value(body, 3000)
    jsonschema.validate(cut, Listed.model_json_schema(mode="serialization"))
    assert cut["total"] == 100
    assert cut["items"] == body["items"][: len(cut["items"])]
    assert cut[CUT].startswith(MARK)
    assert f"items: {len(cut['items'])} of 100 items" in cut[CUT]


def test_short_values_stay_whole_beside_a_long_one() -> None:
    cut = cut_value({"id": "c1", "text": "x" * 9000, "state": "running"}, 2000)
    assert (cut["id"], cut["state"]) == ("c1", "running")
    assert 1000 < len(cut["text"]) < 2000


def test_what_cannot_be_cut_is_refused() -> None:
    with pytest.raises(TooLarge, match="larger than this server's limit of 1,000 bytes"):
        cut_value({f"key-{number}": number for number in range(1000)}, 1000)


def test_a_long_error_keeps_its_beginning_and_its_end() -> None:
    cut = cut_middle("first" + "\n" * 9000 + "last", 2000)
    assert len(cut.encode()) <= 2000
    assert (cut[:5], cut[-4:]) == ("first", "last")
    assert "bytes are left out here" in cut
