"""Text: what is secret goes, what an operator reads stays, and a second time changes nothing."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.redaction.texts import redact_text

LOST = "Zx9-DO-NOT-LEAK-77"
JWT = f"eyJhbGciOiJSUzI1NiJ9.c2hvcA==.{LOST}"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n{LOST}\n-----END RSA PRIVATE KEY-----"
BASIC = base64.b64encode(f"robot:{LOST}".encode()).decode()
ORDINARY = (Path(__file__).parent / "ordinary.txt").read_text().splitlines()

HIDDEN = {
    "a YAML value": f"password: {LOST}",
    "a YAML value of several words": f"password: correct horse {LOST}",
    "a block of YAML": f"db:\n  password: |\n    first\n    {LOST}\n  user: app",
    "an environment file": f"export API_KEY='{LOST}'",
    "properties": f"server.port=8080\nsmtp.password={LOST}\nsmtp.host=x",
    "an INI file": f"[db]\nhost = x\npassword = {LOST}\n",
    "TOML": f'token = "{LOST}"',
    "JSON": f'{{"user":"a","password":"{LOST}"}}',
    "JSON inside JSON": json.dumps({"message": json.dumps({"password": LOST, "user": "a"})}),
    "JSON inside a line": f'2026 INFO body={{"user":"a","password":"{LOST}","n":1}} done',
    "a printed map of Go": f"map[password:{LOST} user:x]",
    "a Python dict": f"{{'user': 'a', 'password': '{LOST}'}}",
    "a variable of a pod": f"- name: DB_PASSWORD\n  value: {LOST}\n- name: A\n  value: b",
    "a variable in JSON": f'x {{"name":"DB_PASSWORD","value":"{LOST}"}}',
    "describe's environment": f"    Environment:\n      DB_PASSWORD:  {LOST}\n      LOG_LEVEL:    info",
    "describe's argument": f"    Args:\n      serve\n      --api-token={LOST}\n",
    "describe's argument of two words": f"    Args:\n      --db-password\n      {LOST}\n    State: Running",
    "describe's data": f"Data\n====\npassword:\n----\n{LOST}\nmore {LOST}\n\nhost:\n----\ndb\n",
    "describe's field": f"Spec:\n  API Key:  {LOST}\n  Owner:    acme",
    "describe's token": f"Data\n====\nca.crt:     1025 bytes\nnamespace:  4 bytes\ntoken:      {JWT}\n",
    "a flag": f"running psql --password {LOST} -h db",
    "a connection string": f"Server=db;User Id=sa;Password={LOST};Timeout=3",
    "an address": f"retrying postgres://shop:{LOST}@orders-db:5432/orders",
    "an address without a user": f"dial redis://:{LOST}@redis:6379/0: i/o timeout",
    "a data source of Go": f"open app:{LOST}@tcp(db:3306)/shop",
    "a query": f"GET https://api.example.com/v1?access_token={LOST}&page=2",
    "a signed address": f"https://b.oss.example.com/x?Expires=1&Signature={LOST}%3D",
    "a bearer header": f"Authorization: Bearer {LOST}",
    "a bearer token alone": f"using bearer {LOST} for api",
    "a basic header": f'"Authorization":["Basic {BASIC}"]',
    "a cookie": f"Set-Cookie: sid={LOST}; Path=/",
    "a JWT": f"got {JWT}, refreshing",
    "a private key": f"key:\n{PEM}\nok",
    "a private key in one line": json.dumps({"k": PEM}),
    "a private key without its end": PEM.rpartition("\n")[0],
    "a Secret in YAML": f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\nstringData:\n  foo: {LOST}\n",
    "a Secret in JSON": f'applying {{"kind":"Secret","data":{{"foo":"{LOST}"}}}}',
    "an AccessKey": f"AccessKeyId=LTAI5tabcdef012345678901 AccessKeySecret={LOST}",
    "redis.conf": f"port 6379\nrequirepass {LOST}\n",
    "mysql's argument": f"mysql -uroot -p{LOST} shop",
    "curl's argument": f"curl -s -u robot:{LOST} https://x.example.com",
    "a Chinese name": f"数据库密码：{LOST}",
    "registry logins": base64.b64encode(f'{{"auths":{{"r":{{"auth":"{BASIC}"}}}}}}'.encode()).decode(),
    "a registry login": f'config {{"auths":{{"r":{{"auth":"{BASIC}"}}}}}} written',
    "XML": f"<db><password>{LOST}</password></db>",
    "settings of .NET": f'<add key="ApiKey" value="{LOST}"/>',
    "netrc": f"machine github.com login x password {LOST}",
    "a sentence": f"the new password is {LOST}",
    "SQL": f"CREATE USER app IDENTIFIED BY '{LOST}'",
    "a token as the user of an address": f"cloning https://{LOST}@github.com/x.git",
    "a data source of Oracle": f"jdbc:oracle:thin:scott/{LOST}@db:1521:x",
    "an encoded query": f"redirect=%2Fx%3Ftoken%3D{LOST}",
    "a list": f'x "passwords":["{LOST}","b"] y',
    "a webhook": f"post https://hooks.slack.com/services/T0/B0/{LOST.replace('-', '')}aaaa",
}  # fmt: skip
ISSUED = [
    "AKIAIOSFODNN7EXAMPLE", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "glpat-abcdefghij0123456789",
    "xoxb-123456789012-abcdefghijkl", "sk-ant-api03-abcdefghijklmnop", "sk-abcdefghijklmnopqrstuvwxyz012345",
    "AIzaSyA0123456789abcdefghijklmnopqrstuvw", "hvs.CAESIabcdefghijklmnopqrst", "LTAI5tabcdef012345678901",
    "STS.NUabcdefghijklmnopqrstuv", "$2y$10$abcdefghijklmnopqrstuuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123",
]  # fmt: skip


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_a_secret_does_not_stay_in(text: str) -> None:
    shown = redact_text(text)
    assert "DO-NOT-LEAK" not in shown
    assert LOST.replace("-", "") not in shown and BASIC not in shown
    assert "<redacted: " in shown


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_a_second_time_changes_nothing_in(text: str) -> None:
    once = redact_text(text)
    assert redact_text(once) == once


@pytest.mark.parametrize("token", ISSUED)
def test_the_tokens_of_known_issuers_are_known_by_their_beginning(token: str) -> None:
    assert redact_text(f"found {token}, stop") == f"found <redacted: token, {len(token)} characters>, stop"


@pytest.mark.parametrize("line", ORDINARY)
def test_what_an_operator_reads_stays(line: str) -> None:
    assert redact_text(line) == line


def test_a_whole_page_of_ordinary_lines_stays() -> None:
    page = "\n".join(ORDINARY)
    assert redact_text(page) == page


def test_the_secret_beside_an_access_key_id_is_known_by_its_length() -> None:
    secret = "AbCdEfGhIjKlMnOpQrStUvWxYz0123"
    assert secret not in redact_text(f"ak LTAI5tabcdef012345678901 and {secret}")
    assert secret in redact_text(f"request {secret}")


def test_lengths_and_names_are_kept() -> None:
    assert redact_text("DB_PASSWORD=hunter2") == "DB_PASSWORD=<redacted: password, 7 characters>"


def test_what_stands_around_a_block_is_kept() -> None:
    shown = redact_text(HIDDEN["describe's data"])
    assert shown.startswith("Data\n====\npassword:\n----\n<redacted: ") and shown.endswith("\n\nhost:\n----\ndb\n")


def test_a_password_in_an_address_leaves_the_address() -> None:
    assert redact_text("amqp://u:pass/w@q:5672/v") == "amqp://u:<redacted: password, 6 characters>@q:5672/v"


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)
PIECES = st.lists(
    st.sampled_from([
        "password", "token", "Secret", "data", "name", "value", "--token", "auth", ":", "=", ": ", '"', "'", '\\"',
        "{", "}", "[", "]", ",", ";", " ", "\n", "\n  ", "- ", "|", ":\n----\n", "://", "@", "u:p@h", "Bearer ", "<",
        "Basic ", "eyJhbGciOi.", "abcdefghijkl", "Zx9y8W7v6", "LTAI5tabcdef012345678901", "<redacted: 24 bytes>",
        "-----BEGIN PRIVATE KEY-----", "<redacted: token, 9 characters>", "${X}", "密码", "cookie", "mysql -p",
        "kind: Secret\n", "data:\n", "H4sI" + "A" * 70,
    ]),
    max_size=14,
).map("".join)  # fmt: skip
ONE_LINE = st.sampled_from([
    f"password={LOST}", f'DB_PASSWORD="{LOST}"', f'"token":"{LOST}"', f"postgres://u:{LOST}@db:5432/x",
    f"--token {LOST}", f"Authorization: Bearer {LOST}", f"api_key: {LOST}",
])  # fmt: skip
PLANTED = st.sampled_from([text for text in HIDDEN.values() if "\n" not in text and text[0] != "{"])


@settings(max_examples=60)
@given(WORDS, WORDS)
def test_any_text_is_stable_after_the_first_time(before: str, after: str) -> None:
    once = redact_text(f"{before} token={after}\npassword: {before}")
    assert redact_text(once) == once


@settings(max_examples=80)
@given(WORDS, PLANTED, WORDS)
def test_a_secret_is_found_in_any_surroundings(before: str, secret: str, after: str) -> None:
    shown = redact_text(f"{before}\n{secret}\n{after}")
    assert "DO-NOT-LEAK" not in shown and BASIC not in shown


@settings(max_examples=150)
@given(PIECES)
def test_what_looks_like_secrets_in_pieces_is_stable_after_the_first_time(text: str) -> None:
    once = redact_text(text)
    assert redact_text(once) == once


@pytest.mark.parametrize("name", ["token: ", "密码= ", "cookie: ", '"secret":', "pass="])
@settings(max_examples=15)
@given(ONE_LINE)
def test_a_name_without_a_value_does_not_shield_the_secret_behind_it(name: str, secret: str) -> None:
    assert "DO-NOT-LEAK" not in redact_text(f"{name}{secret}")
