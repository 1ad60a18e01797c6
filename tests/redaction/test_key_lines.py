"""Private keys in logs, whose lines come in parts, and whose beginning a limit may have cut off."""

import pytest

from ack_mcp_server.redaction.key_lines import KeyLines

# Made up: of the shape of base64, and of no key.
BODY = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDVPBL2MGNdj6As" for _ in range(5)]
KEY = ["-----BEGIN PRIVATE KEY-----", *BODY, "Qy1pLl5l=", "-----END PRIVATE KEY-----"]


def shown(*parts: list[str]) -> list[str]:
    lines = KeyLines()
    return [line for part in parts for line in lines.without(part)]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_no_part_of_a_key_is_shown_however_it_comes(size: int) -> None:
    log = ["before", *KEY, "after"]
    found = shown(*(log[start : start + size] for start in range(0, len(log), size)))
    assert (found[0], found[-1], len(found)) == ("before", "after", len(log))
    assert all("<redacted: private key, " in line for line in found[1:-1])
    assert "MIIE" not in "".join(found)


@pytest.mark.parametrize("first", [1, 4, 7])
def test_a_log_that_begins_within_a_key_shows_nothing_of_it(first: int) -> None:
    found = shown([*KEY[first:], "after"])
    assert "MIIE" not in "".join(found)
    assert found[-1] == "after"


def test_a_log_that_begins_and_ends_within_a_key_shows_nothing_of_it() -> None:
    assert "MIIE" not in "".join(shown([BODY[0], BODY[1][:20]]))


def test_what_stands_before_each_line_stays() -> None:
    found = shown([f"[pod/web-0/app] {line}" for line in KEY])
    assert all(line.startswith("[pod/web-0/app] <redacted: ") for line in found[:-1])
    assert "MIIE" not in "".join(found)


@pytest.mark.parametrize(
    "line", ["started", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "OK 200"]
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert shown([line, "next", *KEY, line])[0] == line
    assert shown([line, "next", *KEY, line])[-1] == line
