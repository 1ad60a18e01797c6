"""Credentials behind `Bearer` and `Basic`, and passwords in the arguments of common commands."""

import base64
import binascii
import re
import string

from ack_mcp_server.redaction.marks import mark

_BEARER = re.compile(r"\b(bearer[ \t]{1,8})([\w.~+/=-]{8,}+)(?![\"'=]\w)", re.IGNORECASE)
_BASIC = re.compile(r"\b(basic[ \t]{1,8})([A-Za-z0-9+/]{6,}+={0,2})(?![\w.-])", re.IGNORECASE)
_LOGIN = re.compile(r"(auth\\{0,7}\"?\s{0,8}:\s{0,8}\\{0,7}\"?)([A-Za-z0-9+/]{6,}+={0,2})(?![\w.-])", re.IGNORECASE)
_WORD = re.compile(r"[a-zA-Z]?[a-z_]{1,40}[.=]?|[\w-]{1,30}=")
_COMMANDS = re.compile(
    r"(\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;]{0,200}?\s-p)([^\s\"'-][^\s\"']{2,128})"
    r"|(\bcurl\b[^\n|;]{0,300}?\s(?:-u|--user)[ =]?[\"']?[^\s:\"']{1,64}:)([^\s\"']{1,128})"
    r"|(\b(?:redis-cli|mongo|mongosh)\b[^\n|;]{0,200}?\s(?:-a|-p)\s)([^\s\"']{3,128})"
    r"|((?i:\bidentified\s{1,4}by\s{1,4}['\"]))([^'\"\n]{1,256})"
    r"|(\bsshpass\s{1,4}-p\s?[\"']?)([^\s\"']{1,128})"
)


def redact_bearers(text: str) -> str:
    return _BEARER.sub(_without_bearer, text)


def _without_bearer(found: re.Match[str]) -> str:
    return found[0] if _WORD.fullmatch(found[2]) else found[1] + mark("token", found[2])


def redact_basic(text: str) -> str:
    return _BASIC.sub(_without_login, text)


def redact_logins(text: str) -> str:
    """Without `"auth": "…"` of a registry's configuration."""
    return _LOGIN.sub(_without_login, text)


def _without_login(found: re.Match[str]) -> str:
    return found[1] + mark("password", found[2]) if is_login(found[2]) else found[0]


def is_login(value: str) -> bool:
    """Whether the value is base64 of `user:password`, as registries and basic authentication have it."""
    if len(value) > 4096 or len(value) % 4:
        return False
    try:
        login = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return ":" in login.strip(":") and all(char in string.printable or ord(char) > 127 for char in login)


def redact_commands(text: str) -> str:
    """Without passwords in the arguments of `mysql`, `curl`, `redis-cli`, `sshpass`."""
    return _COMMANDS.sub(_without_argument, text)


def _without_argument(found: re.Match[str]) -> str:
    before, password = (group for group in found.groups() if group is not None)
    return before + (password if password.startswith(("$", "<redacted")) else mark("password", password))
