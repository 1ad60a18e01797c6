"""Which names say that a value is secret, and which values under such a name are none."""

import pytest

from ack_mcp_server.redaction.names import Secrecy, secrecy
from ack_mcp_server.redaction.values import is_harmless

SECRET = [
    "password", "DB_PASSWORD", "dbPassword", "smtp.password", "PGPASSWORD", "MYSQL_PWD", "requirepass",
    "SMTP_PASS", "passphrase", "token", "API_TOKEN", "accessToken", "bearer-token", "authorization", "API_KEY",
    "apiKey", "x-api-key", "openaiApiKey", "ACCESS_KEY_SECRET", "accessKeySecret", "client_secret",
    "clientSecret", "JWT_SECRET", "private-key", "signingKey", "client-key-data", ".dockerconfigjson",
    "credentials", "DB_PASSWORD_OLD", "password2", "PASSWORD_BASE64", "password.txt", "admin-password-hash",
    "spring.datasource.password", "--db-password", "AWS_SECRET_ACCESS_KEY", "encryption.key", "Set-Cookie",
    "example.com/api-token", "OSS_SK",
]  # fmt: skip
OPEN = [
    "secretName", "SECRET_NAME", "tokenExpirationSeconds", "automountServiceAccountToken_disabled", "TOKEN_TTL",
    "tokenPath", "PASSWORD_FILE", "password_policy", "passwordMinLength", "token-url", "access_key_id",
    "ACCESS_KEY_ID", "imagePullPolicy", "key", "keys", "partition_key", "cache_key", "bypass", "compass",
    "checksum/secret", "secret-hash", "authentication", "author", "pwdx", "name", "monkey",
    "client-certificate-data", "caBundle", "certificate", "secretRef", "secretKeyRef", "passing",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRET)
def test_a_name_that_ends_in_the_word_for_a_secret_says_so(name: str) -> None:
    assert secrecy(name) is not Secrecy.NONE


@pytest.mark.parametrize("name", OPEN)
def test_a_name_that_only_mentions_a_secret_does_not(name: str) -> None:
    assert secrecy(name) is Secrecy.NONE


@pytest.mark.parametrize(
    "value",
    ["true", "", "24h", "3", "/run/secrets/db", "~/.ssh/id", "$(DB_PASSWORD)", "${DB_PASSWORD}", "{{ .Values.x }}",
     "********", "<set to the key 'password' in secret 'db'>", "<redacted: token, 9 characters>", "none"],
)  # fmt: skip
def test_references_paths_and_switches_are_harmless_as_passwords(value: str) -> None:
    assert is_harmless(value, Secrecy.PASSWORD)


@pytest.mark.parametrize(
    "value", ["hunter2", "12345678", "swordfish", "/aB3dE5fG7hI9jK1lM3nO5", "a b c", "${X:-hunter2}"]
)
def test_passwords_are_not(value: str) -> None:
    assert not is_harmless(value, Secrecy.PASSWORD)


def test_the_name_of_an_object_is_harmless_only_where_names_are_expected() -> None:
    assert is_harmless("db-credentials", secrecy("tlsSecret"))
    assert not is_harmless("db-credentials", secrecy("clientSecret"))
    assert not is_harmless("db-credentials", secrecy("password"))
