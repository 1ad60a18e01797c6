"""Text written to be slow is read in linear time: read again from each character it would take many minutes."""

import pytest

from ack_mcp_server.redaction.texts import redact_text

SIZE = 400_000
UNITS = (
    *(
        "password=",
        "token=a,",
        "token=,",
        "--token\n",
        '"token":"',
        '\\"token\\":\\"',
        "pwd",
        "token\\",
        "token: |\n  ",
    ),
    *("://a:", "://a:b@", "a:b@tcp(", "eyJ", "eyJaaaaaaaa.", "LTAI", "bearer a", "mysql x -p", "?sig=", "$2a$10$"),
    *(
        "-----BEGIN PRIVATE KEY-----",
        "A" * 20 + "\n-----END PRIVATE KEY-----\n",
        "kind: Secret\ndata:\n",
        'data":{"a":"',
    ),
    *("password:\n----\n", "H4sI", "secret=/a/", "token              ", "密码", "<redacted: ", "\\", " ", "a"),
)


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_a_repeated_beginning_is_read_once(unit: str) -> None:
    text = unit * (SIZE // len(unit))
    assert isinstance(redact_text(text), str)


@pytest.mark.parametrize("text", ["token=" + "," * SIZE, '{"token":' * 40_000, "[" * SIZE, "eyJ" + "." * SIZE])
def test_one_endless_value_is_read_once(text: str) -> None:
    assert isinstance(redact_text(text), str)


def test_a_log_without_secrets_is_given_back_itself() -> None:
    text = "2026-03-02T12:00:00Z INFO GET /api/items 200 17ms trace=0a1b2c3d4e5f6071\n" * 14_000
    assert redact_text(text) is text
