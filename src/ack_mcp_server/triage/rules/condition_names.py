"""What the name of a node's condition says: anybody may set conditions of any meaning."""

import re

_READ = 316  # characters: the longest type that the API takes of conditions that it checks
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_STATES = "ready|healthy|ok|available"
_INTENDED = re.compile(
    r"\b(?:(?:scal(?:e|ed|ing)|cool(?:ed|ing)?) down|(?<=graceful )(?:\w+ ){0,9}shut ?down|failure domain)\b"
)
_GOOD = re.compile(
    rf"\b(?:no|without)\b|(?<!\bnot )\b(?:{_STATES}|cleared|resolved|recovered|configured|known|enabled|supported)$"
)
_BAD = re.compile(
    r"(?<!\bnot )\b(?:problems?|pressure|hang(?:s|ing)?|hung|read ?only|corrupt(?:ed|ion)?|deadlock(?:s|ed)?"
    r"|unavailable|exhaust(?:ed|ion)|frequent|offline|expir(?:ed|ing)|err(?:ors?)?|fail(?:s|ed|ures?|ing)?"
    r"|fault(?:s|y)?|unhealthy|unready|abnormal|unreachable|insufficient|stuck|time(?: ?out|d out|outs)"
    r"|leak(?:s|ed|ing|age)?|(?<!^)(?:down|full)|shutdown|degraded|oom|lost|out of(?! band))\b"
    rf"|\bnot (?:{_STATES}|reachable)\b"
)


def says_trouble(name: str) -> bool:
    """Whether it is bad that the condition is true."""
    words = " ".join(_WORD.findall(name.rpartition("/")[2][:_READ])).lower()
    return not _GOOD.search(words) and bool(_BAD.search(_INTENDED.sub("", words)))
