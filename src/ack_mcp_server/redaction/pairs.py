"""Values in text by the names before them: `key: value`, `key=value`, JSON, YAML, flags, what `describe` prints.

Every step starts at a telling word and looks a bounded way around it, so the time grows with the text alone.
"""

import re
from dataclasses import dataclass

from ack_mcp_server.redaction import spans
from ack_mcp_server.redaction.marks import MARK, mark
from ack_mcp_server.redaction.names import Secrecy, secrecy
from ack_mcp_server.redaction.values import is_harmless

# One of these is in every name that says a value is secret; each costs half a millisecond for a megabyte.
ANCHORS = (
    *("pass", "pwd", "secret", "token", "credential", "key", "authoriz", "cookie", "dockerc", "masterauth", "bearer"),
    *("jwt", "_sk"),
)
FOREIGN_ANCHORS = ("密码", "口令", "密钥", "令牌")
_HIT = re.compile(
    r"(?:api|access|private|secret|signing|encryption|auth|master|account|shared) keys?\b"  # as describe writes apiKey
    r"|pass|pwd|secret|token|credential|(?:api|access|private|signing|auth|encryption|master)key|[-_.]keys?|authorization"
    r"|cookie|dockerc|masterauth|bearer|jwt|keytab|_sk|密码|口令|密钥|令牌"
)
_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/"
_REST = re.compile(r"[A-Za-z0-9_.-]{0,64}")
_WIDEST = 128
_SEPARATOR = re.compile(r"(?:\\{0,7}[\"'])?\]?[ \t]{0,8}(:=|=>|[:=：]|%3[ADad])(?![:=])[ \t]{0,200}(\\{0,7}[\"'`])?")
_VALUE = re.compile(
    r"(?:\\{0,7}[\"'])?,?\s{0,80}(?:\\{0,7}[\"'])?(?:value|Value)(?:\\{0,7}[\"'])?[:=]\s{0,80}(\\{0,7}[\"'])?"
)
_ARGUMENT = re.compile(
    r"(?:\\{0,7}[\"'])?(?:[ \t]+|,\s{0,80}|\s{0,8}\n[ \t]{0,80}(?:- )?)(\\{0,7}[\"'])?(?=[^\s\-<\"'\\])"
)
_DIRECTIVE = re.compile(r"[ \t]{1,40}(\")?(?=[^\s:=<])")
_SPOKEN = re.compile(r" (?:is |was )?(?=[^\s\d]{0,64}\d)(?=[^\sA-Za-z]{0,64}[A-Za-z])(?=\S{6})")
_METHOD = re.compile(r"scram|sha|md5|argon|bcrypt|v\d", re.IGNORECASE)
_ELEMENT = re.compile(r">([^<>\n]{1,4096})</")
_INNER = re.compile(
    r"[\\\"'\s]{0,8}(?:(-{0,2}[A-Za-z][\w.-]{0,64})[\\\"'\]]{0,8}\s{0,8}[:=]|(--[A-Za-z][\w.-]{0,64})[\s\"'])"
)
_DESCRIBE = re.compile(r":[ \t]*\n-{4,}\n")
_SCHEME = re.compile(
    r"(?:Bearer|Basic|Token|Digest|Negotiate|OSS|acs|ACS3-HMAC-SHA256|AWS4-HMAC-SHA256) ", re.IGNORECASE
)
_LIST = re.compile(r"\[[^\[\]{}]{0,4096}\]")
_ITEM = re.compile(r"[^\s,\"'\\]+")
_HEADER = re.compile(r"(?:[^\n\"'\\]++|(?<==)[\"'])*+")
_LINE_START = re.compile(r"[\s\-\"'{?#]{0,200}(?:export |set |- )?")
_AFTER_FLAG = frozenset({
    "to", "for", "is", "and", "or", "flag", "option", "in", "with", "from", "if", "when", "must", "not", "the",
    "a", "on", "by", "at", "as",
})  # fmt: skip
_CHINESE = {"密码": Secrecy.PASSWORD, "口令": Secrecy.PASSWORD, "密钥": Secrecy.KEY, "令牌": Secrecy.TOKEN}


@dataclass(frozen=True, slots=True)
class Name:
    start: int
    end: int
    text: str
    says: Secrecy


@dataclass(frozen=True, slots=True)
class Value:
    start: int
    end: int
    prose: bool = False  # a word in the middle of a sentence
    items: bool = False  # several, between brackets
    line: bool = False  # the rest of a line, where a word may begin a sentence


def redact_pairs(text: str, lowered: str) -> str:
    """The text with the values of secret names replaced; `lowered` is the text in lower case."""
    same = lowered if len(lowered) == len(text) else _lower(text)
    parts, done, at = [], 0, 0
    while hit := _HIT.search(same, at):
        name = _name_at(text, hit.start(), hit.end(), done)
        value = _value_of(text, name) if name.says is not Secrecy.NONE else None
        at = max(name.end, hit.end())
        if value is None or _may_stay(text, name, value):
            continue
        end = _after_marks(text, value)
        parts += [text[done : value.start], mark(name.says.value, text[value.start : end])]
        done = at = end
    return "".join([*parts, text[done:]])


def _lower(text: str) -> str:
    """In lower case, each character one character: some letters become two in `str.lower`."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _is_name(text: str, start: int) -> bool:
    """Whether what seems to be a value is the name of the secret that follows it."""
    inner = _INNER.match(text, start, start + 2 * _WIDEST)
    return inner is not None and secrecy(inner[1] or inner[2]) is not Secrecy.NONE


def _after_marks(text: str, found: Value) -> int:
    """The end of the value, or of the mark that it would cut in two."""
    begin = text.rfind("<redacted: ", found.start, found.end)
    cut = MARK.match(text, begin) if begin >= 0 else None
    return max(found.end, cut.end()) if cut else found.end


def _may_stay(text: str, name: Name, found: Value) -> bool:
    value = text[found.start : found.end].strip()
    if not value or MARK.match(text, found.start):
        return True
    if found.items:
        return all(is_harmless(word, name.says, prose=True) for word in _ITEM.findall(value))
    first = value.split(None, 1)[0]
    return is_harmless(value, name.says, prose=found.prose) or (
        found.line and first != value and is_harmless(first.rstrip(",;"), name.says)
    )


def _name_at(text: str, start: int, end: int, floor: int) -> Name:
    """The whole name around a telling word."""
    if said := _CHINESE.get(text[start:end]):
        return Name(start, end, text[start:end], said)
    floor = max(floor, start - _WIDEST)
    begin = floor + len(text[floor:start].rstrip(_NAME))
    if begin < start and begin > 0 and text[begin - 1] == "\\" and text[begin] in "nrt":
        begin += 1  # the letter of an escaped line end
    rest = _REST.match(text, end)
    stop = rest.end() if rest else end
    name = text[begin:stop].rstrip(".-")
    says = Secrecy.NONE if name.startswith(("/", "./", "../")) else secrecy(name)
    return Name(begin, begin + len(name), name, says)


def _value_of(text: str, name: Name) -> Value | None:
    if found := _SEPARATOR.match(text, name.end):
        if found[1] == ":" and name.text == "PASS":
            return None  # of a test that went well
        return _described(text, name) or (None if _is_name(text, found.end()) else _separated(text, name, found))
    if found := _VALUE.match(text, name.end):
        return None if _is_name(text, found.end()) else _opened(text, found.end(), found[1])
    if name.text.startswith("-") and (found := _ARGUMENT.match(text, name.end)):
        return _argument(text, found)
    if name.start and text[name.start - 1] == "<" and (found := _ELEMENT.match(text, name.end)):
        return Value(found.start(1), found.end(1))
    if name.says is Secrecy.PASSWORD and (found := _SPOKEN.match(text, name.end)):
        if _METHOD.match(text, found.end()) or _is_name(text, found.end()):
            return None
        return Value(found.end(), spans.bare(text, found.end()))
    if name.text.endswith(("requirepass", "masterauth")) and (found := _DIRECTIVE.match(text, name.end)):
        return _opened(text, found.end(), found[1])
    return None


def _described(text: str, name: Name) -> Value | None:
    found = _DESCRIBE.match(text, name.end)
    return Value(found.end(), spans.described(text, found.end())) if found else None


def _separated(text: str, name: Name, found: re.Match[str]) -> Value | None:
    scheme = _SCHEME.match(text, found.end())
    start, separator = scheme.end() if scheme else found.end(), found[1][0]
    if found[2]:
        return Value(start, spans.quoted(text, start, found[2]))
    if text[start : start + 1] in ("{", "["):
        return _listed(text, start)
    first = _is_first(text, name)
    if " " in name.text and not first:
        return None  # "cannot parse private key: …"
    if first and separator == ":" and (lines := spans.block(text, start, _indent(text, name.start))):
        return Value(*lines)
    if first and text[name.end] not in "\"'\\" and text[name.start - 1 : name.start] not in ('"', "'"):
        return Value(start, spans.whole_line(text, start, separator), line=True)
    if name.text.lower().endswith("cookie") or (scheme and name.text.lower().endswith("authorization")):
        return Value(start, _header_end(text, start))
    return Value(start, spans.bare(text, start), prose=separator == ":" and text[start - 1] == " ")


def _listed(text: str, start: int) -> Value | None:
    """The values of a list; what stands between braces has names of its own."""
    found = _LIST.match(text, start)
    return Value(start + 1, found.end() - 1, items=True) if found else None


def _header_end(text: str, start: int) -> int:
    found = _HEADER.match(text, start)
    return found.end() if found else start


def _is_first(text: str, name: Name) -> bool:
    """Whether nothing but indentation, a dash or a quote stands before the name on its line."""
    begin = text.rfind("\n", max(0, name.start - 200), name.start) + 1
    if not begin and name.start > 200:
        return False
    return _LINE_START.fullmatch(text, begin, name.start) is not None


def _indent(text: str, at: int) -> int:
    begin = text.rfind("\n", 0, at) + 1
    return len(text[begin:at]) - len(text[begin:at].lstrip(" "))


def _opened(text: str, start: int, quote: str | None) -> Value:
    return Value(start, spans.quoted(text, start, quote) if quote else spans.bare(text, start))


def _argument(text: str, found: re.Match[str]) -> Value | None:
    if _is_name(text, found.end()):
        return None
    value = _opened(text, found.end(), found[1])
    on_one_line = "\n" not in found[0] and not found[1]
    return None if on_one_line and text[value.start : value.end].lower() in _AFTER_FLAG else value
