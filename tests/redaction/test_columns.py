"""Cells of printed tables whose column says that they are secret."""

import pytest

from ack_mcp_server.redaction.columns import redact_table, without_named


@pytest.mark.parametrize("header", ["PASSWORD", "ADMIN PASSWORD", "TOKEN", "API KEY", "CLIENT-SECRET"])
def test_a_secret_by_the_name_of_its_column_is_marked(header: str) -> None:
    (row,) = without_named(("NAME", header), [("db", "s3cr3tX9")])
    assert row[0] == "db"
    assert row[1].startswith("<redacted: ")
    assert "s3cr3tX9" not in row[1]


@pytest.mark.parametrize(("header", "cell"), [("SECRET", "web-tls"), ("SECRET", "tls"), ("SECRETS", "2"), ("KEY", "a")])
def test_names_of_secrets_and_their_number_stay(header: str, cell: str) -> None:
    assert without_named(("NAME", header), [("db", cell)])[0][1] == cell


TABLE = "NAME   PASSWORD    STATUS\na      s3cr3tX9    ok\nb                  ok\n"


@pytest.mark.parametrize("headed", [True, False])
def test_a_printed_table_keeps_everything_else(headed: bool) -> None:
    header, *rows = redact_table(TABLE, headed=headed).splitlines() if headed else ["", *_without_header()]
    assert header in ("", "NAME   PASSWORD    STATUS")
    assert rows == ["a      <redacted: password, 8 characters>  ok", "b                  ok"]


def test_a_row_that_is_pushed_aside_shows_its_name_alone() -> None:
    shown = redact_table(f"{TABLE}a-much-longer-name   s3cr3tX9   ok\n").splitlines()[-1]
    assert shown == "a-much-longer-name   <redacted: row, 13 characters>"


def test_a_table_without_such_columns_is_unchanged() -> None:
    text = "NAME   STATUS\na      password is fine\n\nNAME   AGE\nb      1d\n"
    assert redact_table(text) == text


def _without_header() -> list[str]:
    return redact_table(TABLE, headed=False).splitlines()
