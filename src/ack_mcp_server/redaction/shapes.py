"""Values that are secret whatever they are called: tokens of known issuers, JWTs, key pairs, hashed passwords."""

import re
from collections.abc import Callable

from ack_mcp_server.redaction.marks import mark

# Looked for in the text as it is written: issuers do not vary the case.
TOKEN_ANCHORS = (
    *("LTAI", "AKIA", "ASIA", "STS.", "CAIS", "gh", "glpat-", "xox", "sk-", "sk_", "rk_", "AIza", "ya29.", "hvs."),
    *("npm_", "pypi-", "SG.", "whsec_", "{SHA}", "hook"),
)
HASH_ANCHORS = ("$2", "$apr1$", "$1$", "$5$", "$6$")
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"LTAI[A-Za-z0-9]{10,}+|(?:AKIA|ASIA)[A-Z0-9]{16,}+|STS\.[A-Za-z0-9]{16,}+|CAIS[A-Za-z0-9+/=]{24,}+"
    r"|gh[pousr]_[A-Za-z0-9]{20,}+|github_pat_\w{22,}+|glpat-[\w-]{16,}+|xox[abeoprs]-[A-Za-z0-9-]{10,}+"
    r"|sk-(?:ant|proj|svcacct|or)-[\w-]{16,}+|sk-[A-Za-z0-9]{20,}+|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}+"
    r"|AIza[\w-]{30,}+|ya29\.[\w.-]{20,}+|hvs\.[\w-]{20,}+|npm_[A-Za-z0-9]{30,}+|pypi-[\w-]{40,}+"
    r"|SG\.[\w-]{16,}+\.[\w-]{16,}+|whsec_[A-Za-z0-9+/=]{20,}+)"
    r"|(?<=hooks\.slack\.com/services/)[\w/]{20,}+|(?<=/bot/v2/hook/)[\w-]{20,}+|(?<=api/webhooks/)\d{8,24}/[\w-]{20,}+"
    r"|\$(?:2[abxy]\$\d\d|apr1|[156])\$[./A-Za-z0-9$=]{20,}+|(?<=\{SHA\})[A-Za-z0-9+/=]{20,}+"
)
_RUN = re.compile(r"[\w=.-]{20,}+", re.ASCII)
_ALIBABA_SECRET = re.compile(
    r"(?<![\w+/=.-])(?=[a-z0-9]{0,29}[A-Z])(?=[A-Z0-9]{0,29}[a-z])[A-Za-z0-9]{30}(?![\w+/=.-])"
)
_AWS_SECRET = re.compile(
    r"(?<![A-Za-z0-9+/=])(?=[a-z0-9+/]{0,39}[A-Z])(?=[A-Z0-9+/]{0,39}[a-z])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])"
)
_WITH_ID = (("LTAI", _ALIBABA_SECRET), ("AKIA", _AWS_SECRET), ("ASIA", _AWS_SECRET))


def redact_tokens(text: str) -> str:
    """Without tokens known by their first letters; where a key's id stands, its secret is looked for by length."""
    for prefix, secret in _WITH_ID:
        if prefix in text:
            text = secret.sub(_marked("key"), text)
    return _TOKEN.sub(_marked("token"), text)


def redact_key_secrets(text: str) -> str:
    """Without what has the length and letters of an AccessKey's secret; for places where an id was seen."""
    for pattern in (_ALIBABA_SECRET, _AWS_SECRET):
        text = pattern.sub(_marked("key"), text)
    return text


def has_key_id(text: str) -> bool:
    return "LTAI" in text or "AKIA" in text or "ASIA" in text


def redact_jwts(text: str) -> str:
    return _RUN.sub(_without_jwt, text)


def _without_jwt(found: re.Match[str]) -> str:
    run = found[0]
    start = run.find("eyJ")
    token = run[start:].rstrip(".")
    if start < 0 or len(token) < 20 or not 8 <= token.find(".") <= 4096:
        return run
    return f"{run[:start]}{mark('token', token)}{run[start + len(token) :]}"


def _marked(what: str) -> Callable[[re.Match[str]], str]:
    return lambda found: mark(what, found[0])
