"""From the tree of a search to a test of rows, under the index of one logstore."""

import operator
from collections.abc import Callable, Mapping
from typing import TypeAlias

from ack_sandbox.sls import errors
from ack_sandbox.sls.rows.plans import TOKENS, FieldIndex, Row
from ack_sandbox.sls.search.fields import field_index, value_of
from ack_sandbox.sls.search.lexing import SearchSyntaxError
from ack_sandbox.sls.search.parsing import parse
from ack_sandbox.sls.search.tree import (
    And,
    Compare,
    Everything,
    Exists,
    Not,
    Or,
    Phrase,
    Range,
    Search,
    Words,
    conditions,
)
from ack_sandbox.sls.search.words import WordPattern, phrase_pattern, word_patterns

MOST_CONDITIONS = 30  # the documented limit of one search

Index: TypeAlias = Mapping[str, FieldIndex]
Matches: TypeAlias = Callable[[Row], bool]

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def read_search(text: str) -> Search:
    """Raises CloudError with the place of a syntax error."""
    try:
        search = parse(text)
    except SearchSyntaxError as error:
        raise errors.search_syntax(error.near, error.start, error.end) from None
    if len(conditions(search)) > MOST_CONDITIONS:
        raise errors.too_many_conditions(MOST_CONDITIONS)
    return search


def matcher(search: Search, index: Index) -> Matches | None:
    """None when every row matches. Raises CloudError for a field without the index that it needs."""
    return None if isinstance(search, Everything) else _matches(search, index)


def _matches(search: Search, index: Index) -> Matches:
    match search:
        case Everything():
            return lambda row: True
        case Not(inner):
            wrong = _matches(inner, index)
            return lambda row: not wrong(row)
        case And(parts):
            tests = [_matches(part, index) for part in parts]
            return lambda row: all(test(row) for test in tests)
        case Or(parts):
            tests = [_matches(part, index) for part in parts]
            return lambda row: any(test(row) for test in tests)
        case Exists(field):
            _indexed(index, field)
            return lambda row: bool(value_of(row, field))
        case Compare(field, sign, number):
            compare = _COMPARE[sign]
            return _number_test(index, field, lambda value: compare(value, number))
        case Range():
            return _number_test(index, search.field, lambda value: _within(search, value))
        case Words() | Phrase():
            return _text_test(search, index)


def _text_test(search: Words | Phrase, index: Index) -> Matches:
    if search.field is None:
        return _anywhere(_patterns(search, TOKENS, case_sensitive=False))
    field = _indexed(index, search.field)
    if field.type in ("long", "double") and isinstance(search, Words):
        return _equals_number(search, index)
    return _in_field(search.field, _patterns(search, field.token, case_sensitive=field.case_sensitive))


def _patterns(search: Words | Phrase, delimiters: str, *, case_sensitive: bool) -> tuple[WordPattern, ...]:
    if isinstance(search, Phrase):
        return (phrase_pattern(search.text, delimiters, case_sensitive=case_sensitive),)
    return word_patterns(search.text, delimiters, wildcards=search.wildcards, case_sensitive=case_sensitive)


def _anywhere(patterns: tuple[WordPattern, ...]) -> Matches:
    def test(row: Row) -> bool:
        values = [value for name, value in row.items() if name != "__time__"]
        return all(any(pattern.found_in(value) for value in values) for pattern in patterns)

    return test


def _in_field(name: str, patterns: tuple[WordPattern, ...]) -> Matches:
    outer = name.partition(".")[0] if "." in name else ""

    def test(row: Row) -> bool:
        if outer and name not in row:
            text = row.get(outer)
            if text is None or not all(pattern.may_be_within(text) for pattern in patterns):
                return False
        value = value_of(row, name)
        return value is not None and all(pattern.found_in(value) for pattern in patterns)

    return test


def _equals_number(search: Words, index: Index) -> Matches:
    """`status: 200` is `status = 200` where status is a number."""
    try:
        number = float(search.text)
    except ValueError:
        raise errors.not_a_number(search.field or "", search.text) from None
    return _number_test(index, search.field or "", lambda value: value == number)


def _number_test(index: Index, name: str, passes: Callable[[float], bool]) -> Matches:
    field = field_index(index, name)
    if field is None or field.type not in ("long", "double"):
        raise errors.not_numeric(name)

    def test(row: Row) -> bool:
        value = value_of(row, name)
        try:
            return value is not None and passes(float(value))
        except ValueError:
            return False

    return test


def _within(search: Range, value: float) -> bool:
    above = value >= search.low if search.low_included else value > search.low
    below = value <= search.high if search.high_included else value < search.high
    return above and below


def _indexed(index: Index, name: str) -> FieldIndex:
    field = field_index(index, name)
    if field is None:
        raise errors.not_indexed(name)
    return field
