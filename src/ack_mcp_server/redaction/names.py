"""Which names say that a value is secret: `DB_PASSWORD`, `apiKey`, `smtp.password` do, `tokenTTL`, `secretName` not.

A name is read from its end, because that is where English puts the noun: a token file is a file.
"""

import re
from enum import Enum
from functools import lru_cache


class Secrecy(Enum):
    """What a name says about its value; the text names it in the mark."""

    NONE = ""
    PASSWORD = "password"  # noqa: S105 - a word, as the next
    TOKEN = "token"  # noqa: S105
    KEY = "key"
    REFERENCE = "secret"  # the secret itself, or the name of an object that holds it


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FILE = re.compile(r"\.(?:txt|json|ya?ml|conf|cfg|properties|ini|toml|env)$", re.IGNORECASE)

# Words behind the noun that do not make it another thing.
_VARIANTS = frozenset({
    "old", "new", "prev", "previous", "current", "primary", "secondary", "value", "plain", "plaintext", "base",
    "b64", "raw", "clear", "prod", "production", "dev", "staging", "test", "default",
})  # fmt: skip
_PASSWORDS = (
    *("password", "passwords", "passwd", "passphrase", "passcode", "pwd", "dbpass", "userpass", "authpass"),
    *("requirepass", "masterauth", "rootpass", "smtppass", "htpasswd"),
)
_TOKENS = ("token", "authorization", "cookie", "dockerconfigjson", "dockercfg", "bearer", "jwt", "keytab")
_KEYS = ("apikey", "accesskey", "secretkey", "privatekey", "signingkey", "authkey", "encryptionkey", "masterkey")
_SECRETS = ("secret", "secrets", "credential", "credentials", "tokens")
_KINDS_OF_KEYS = frozenset({
    "api", "apis", "access", "private", "secret", "signing", "encryption", "encrypt", "auth", "master", "account",
    "shared", "hmac", "jwt", "ssh", "license", "subscription", "rsa", "aes", "ecdsa", "cipher", "decryption",
})  # fmt: skip
# Before "secret": the secret itself and not an object's name.
_OWNERS = frozenset({
    "key", "client", "app", "application", "jwt", "session", "shared", "webhook", "oauth", "oauth2", "consumer",
    "hmac", "cookie", "api", "csrf", "signing", "accesskey",
})  # fmt: skip
_DIGESTS = frozenset({"checksum", "hash", "digest", "sha256", "md5"})


def secrecy(name: str) -> Secrecy:
    """What the name says; names too long to be one say nothing."""
    return _secrecy(name) if 2 <= len(name) <= 128 else Secrecy.NONE


@lru_cache(maxsize=8192)
def _secrecy(name: str) -> Secrecy:
    words = _words(name)
    if not words or not _DIGESTS.isdisjoint(words[:1]):
        return Secrecy.NONE
    if words[-1] in _DIGESTS:
        words = words[:-1] if words[-2:-1] and words[-2] in _PASSWORDS else []
    return _by_last(words) if words else Secrecy.NONE


def _words(name: str) -> list[str]:
    words = [word.lower() for word in _WORD.findall(_FILE.sub("", name))]
    while len(words) > 1 and (words[-1] in _VARIANTS or words[-1].isdigit()):
        words.pop()
    return words


def _by_last(words: list[str]) -> Secrecy:
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last.endswith(_PASSWORDS) or last == "pass":
        return Secrecy.PASSWORD
    if last.endswith(_TOKENS):
        return Secrecy.TOKEN
    if words[-3:] == ["client", "key", "data"] or last.endswith(_KEYS) or (last == "sk" and before):
        return Secrecy.KEY
    if last in ("key", "keys") and before in _KINDS_OF_KEYS:
        return Secrecy.REFERENCE if words[-2:] == ["secret", "key"] else Secrecy.KEY
    if last.endswith(_SECRETS):
        return Secrecy.KEY if before in _OWNERS or last not in _SECRETS else Secrecy.REFERENCE
    return Secrecy.NONE
