"""Passwords inside addresses: `scheme://user:password@host`, `user:password@tcp(host)`, signatures in queries."""

import re

from ack_mcp_server.redaction.marks import mark
from ack_mcp_server.redaction.names import Secrecy
from ack_mcp_server.redaction.values import is_harmless

_END_OF_HOST = re.compile(r"[/?#\"'<>\s,;]")
_USER = re.compile(r"[^/?#\"'\s<>{}\[\],@:]{0,256}")
_PASSWORD = re.compile(r"[^\"<>\s]{1,2048}")
_TOKEN_AS_USER = re.compile(r"(?=[^\d]{0,256}\d)(?=[^a-zA-Z]{0,256}[a-zA-Z])[\w-]{16,256}", re.ASCII)
_DIGESTS = ("sha256:", "sha512:")
_PORT_AND_PATH = re.compile(r"\d{1,5}[/?#]")
_ORACLE = re.compile(r"(oracle:thin:[\w$#]{1,64}/)([^\s@\"'<>]{1,256})(?=@)")
_DSN = re.compile(r"@(?:tcp|unix|udp)\(")
_BEFORE_DSN = re.compile(r"[\s\"'<>=]")
_SIGNATURE = re.compile(
    r"([?&](?:sig|signature|x-(?:amz|oss|goog)-(?:signature|credential|security-token))=)([\w%+/=.-]{8,2048})",
    re.IGNORECASE,
)


def redact_urls(text: str) -> str:
    """Without the password of any address; addresses begin at `://`, and each is looked at once."""
    first, *rest = text.split("://")
    return "://".join([first, *map(_without_password, rest)])


def _without_password(address: str) -> str:
    at = address.find("@", 0, 2048)
    if at < 0:
        return address
    stop = _END_OF_HOST.search(address, at)
    at = address.rfind("@", at, min(stop.start() if stop else len(address), at + 2048))
    user, colon, password = address[:at].partition(":")
    if not colon and _TOKEN_AS_USER.fullmatch(user) and not address.startswith(_DIGESTS, at + 1):
        return mark("token", user) + address[at:]
    if not colon or not _USER.fullmatch(user) or not _is_password(password, address[at + 1 :]):
        return address
    return f"{user}:{mark('password', password)}{address[at:]}"


def _is_password(text: str, host: str) -> bool:
    if not _PASSWORD.fullmatch(text) or _PORT_AND_PATH.match(text) or host.startswith(_DIGESTS):
        return False
    return not is_harmless(text, Secrecy.PASSWORD) or text.isdigit()


def redact_signatures(text: str) -> str:
    return _SIGNATURE.sub(lambda found: found[1] + mark("signature", found[2]), text)


def redact_dsns(text: str) -> str:
    """Without the password of data sources as Go's MySQL driver and Oracle's write them."""
    if "oracle:" in text:
        text = _ORACLE.sub(lambda found: found[1] + mark("password", found[2]), text)
    parts, done = [], 0
    for found in _DSN.finditer(text):
        login = _BEFORE_DSN.split(text[max(done, found.start() - 330) : found.start()])[-1]
        user, _, password = login.partition(":")
        if user and password and not is_harmless(password, Secrecy.PASSWORD):
            parts += [text[done : found.start() - len(password)], mark("password", password)]
            done = found.start()
    return "".join([*parts, text[done:]])
