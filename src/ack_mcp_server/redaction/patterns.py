"""All detectors over one text, each behind a cheap question whether it can find anything."""

from ack_mcp_server.redaction import pairs, shapes
from ack_mcp_server.redaction.blocks import PACKED_ANCHORS, redact_packed, redact_private_keys
from ack_mcp_server.redaction.headers import redact_basic, redact_bearers, redact_commands, redact_logins
from ack_mcp_server.redaction.manifests import redact_manifests
from ack_mcp_server.redaction.urls import redact_dsns, redact_signatures, redact_urls

_SHORTEST = 6
_ROUNDS = 5  # what one detector leaves can, without its secret, be what another looks for
_COMMANDS = ("mysql", "mariadb", "curl ", "redis-cli", "mongo", "sshpass")


def redact_patterns(text: str) -> str:
    """The text without what looks like a secret, or is called one. Doing so again changes nothing."""
    for _ in range(_ROUNDS):
        found = _once(text)
        if found == text:
            return text
        text = found
    return text


def _once(text: str) -> str:
    if len(text) < _SHORTEST:
        return text
    lowered = text.lower()
    changed = text
    # What takes whole blocks comes before what takes words of them.
    if "private key" in lowered:
        changed = redact_private_keys(changed)
    if "secret" in lowered:
        changed = redact_manifests(changed)
    if _names_one(text, lowered):
        changed = pairs.redact_pairs(changed, lowered if changed is text else changed.lower())
    return _exact(_addressed(_worded(changed, lowered)))


def mentions_secrets(text: str) -> bool:
    """Whether the text holds a word that the names of secrets are made of."""
    return _names_one(text, text.lower())


def _names_one(text: str, lowered: str) -> bool:
    return _any(pairs.ANCHORS, lowered) or (not text.isascii() and _any(pairs.FOREIGN_ANCHORS, text))


def _worded(text: str, lowered: str) -> str:
    """Without what stands behind a telling word."""
    if "bearer" in lowered:
        text = redact_bearers(text)
    if "basic" in lowered:
        text = redact_basic(text)
    if "auth" in lowered:
        text = redact_logins(text)
    if (" -" in lowered and _any(_COMMANDS, lowered)) or "identified" in lowered:
        text = redact_commands(text)
    return redact_signatures(text) if "sig" in lowered and "=" in lowered else text


def _addressed(text: str) -> str:
    """Without passwords in addresses."""
    if "@" not in text:
        return text
    if "://" in text:
        text = redact_urls(text)
    return redact_dsns(text) if "(" in text or "oracle:" in text else text


def _exact(text: str) -> str:
    """Without what is looked for as it is written."""
    if _any(PACKED_ANCHORS, text):
        text = redact_packed(text, redact_patterns)
    if "eyJ" in text:
        text = shapes.redact_jwts(text)
    if _any(shapes.TOKEN_ANCHORS, text) or ("$" in text and _any(shapes.HASH_ANCHORS, text)):
        text = shapes.redact_tokens(text)
    return text


def _any(anchors: tuple[str, ...], text: str) -> bool:
    for anchor in anchors:  # noqa: SIM110 - a generator takes twice the time, and this is asked of every text
        if anchor in text:
            return True
    return False
