"""--sort-by."""

import random

import pytest

from ack_mcp_server.kube.printing import JsonPathError, NotUnderstood
from ack_mcp_server.kube.printing.gosort import go_sorted
from ack_mcp_server.kube.printing.quantity import quantity
from ack_mcp_server.kube.printing.sorting import sort_rows, sort_table


def order(*values: object, path: str = ".x") -> list[int]:
    return sort_rows([{} if value is ... else {"x": value} for value in values], path)


@pytest.mark.parametrize(
    "values, expected",
    [
        (("b", "a", "c"), [1, 0, 2]),
        ((10, 9, -1), [2, 1, 0]),
        ((2.5, 0.5), [1, 0]),
        (("1Gi", "100m", "2", "900Mi"), [1, 2, 3, 0]),
        (("10", "9"), [1, 0]),
        (("pod-10", "pod-9"), [0, 1]),
        ((1, None, 0), [1, 2, 0]),
        ((1, ..., 0), [1, 2, 0]),
        ((0, 0, 0, 0), [0, 1, 2, 3]),
        ((..., 1, ...), [2, 0, 1]),  # of two that lack the field each sorts before the other
    ],
)
def test_rows_are_ordered_as_kubectl_compares_them(values: tuple[object, ...], expected: list[int]) -> None:
    assert order(*values) == expected


@pytest.mark.parametrize("values", [(1, "a"), (True, False), ({}, {}), ([1], [2]), (1, 1.5)])
def test_values_without_an_order_are_not_understood(values: tuple[object, ...]) -> None:
    with pytest.raises(NotUnderstood):
        order(*values)


@pytest.mark.parametrize(
    "path, error",
    [
        (".y", 'error: couldn\'t find any field with path "{.y}" in the list of objects'),
        (".x[", "error: unterminated array"),
        (".x[0]", "error: int64 is not array or slice"),
        ("{.x}{.y}", "error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or"
         " '{.name1.name2}'"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_sorted_is_refused_in_kubectls_words(path: str, error: str) -> None:
    with pytest.raises(JsonPathError) as refused:
        order(2, 1, path=path)
    assert refused.value.stderr == error


def test_of_a_table_that_cannot_be_sorted_nothing_is_printed() -> None:
    assert sort_table([{"x": 1}, {"x": 2}], ".y") == []
    assert sort_table([{"x": 1}, {"x": 2}], ".x[") == []


def test_a_single_row_is_not_sorted() -> None:
    assert sort_table([{"x": 1}], ".y") == [0]
    assert sort_table([], ".y") == sort_rows([], ".y") == []


@pytest.mark.parametrize("size", [0, 1, 12, 13, 60, 400, 2000])
def test_gos_sort_sorts(size: int) -> None:
    for values in (list(range(size)), list(range(size))[::-1], random.Random(1).choices(range(9), k=size)):
        found = go_sorted(values, lambda one, other: one < other)  # type: ignore[operator]
        assert sorted(found) == list(range(size))
        assert [values[place] for place in found] == sorted(values)


@pytest.mark.parametrize(
    "smaller, larger",
    [("0.1n", "2n"), ("999m", "1"), ("1k", "1Ki"), ("-1", "k"), (".", "1u"), ("1e3", "1.1E3")],
)
def test_quantities_compare_by_their_size(smaller: str, larger: str) -> None:
    first, second = quantity(smaller), quantity(larger)
    assert first is not None and second is not None and first < second


@pytest.mark.parametrize("text", ["", "abc", "10.0.0.1", "2020-01-01T00:00:00Z", "1ki", "1e", "mini", " 1"])
def test_what_is_no_quantity_compares_as_text(text: str) -> None:
    assert quantity(text) is None
