"""Secrets written out as YAML or JSON inside other text: everything under `data` and `stringData` goes."""

import re

from ack_mcp_server.redaction.marks import is_marked, mark

_KIND_YAML = re.compile(r"^[ \t]{0,80}(?:- )?[\"']?kind[\"']?:[ \t]*[\"']?Secret[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_KIND_JSON = re.compile(r"kind\\{0,7}\"\s{0,8}:\s{0,8}\\{0,7}\"Secret\\{0,7}\"")
_DATA_YAML = re.compile(r"^([ \t]{0,80}(?:- )?)[\"']?(?:data|stringData)[\"']?:[ \t]*\r?$")
_ENTRY = re.compile(r"^(\s{0,80}[\"']?[\w.-]{1,253}[\"']?:[ \t]{1,80})(\S.*)$")
_DATA_JSON = re.compile(r"((?:d|stringD)ata\\{0,7}\"\s{0,8}:\s{0,8}\{)([^{}]*+)(\}?)")
_PAIR = re.compile(r"(\\{0,7}\":\s{0,8}(\\{0,7})\")((?:[^\"\\]|\\(?!\")|\\\"(?!\s{0,8}[,}:]))*+)")
_DOCUMENT = re.compile(r"^---", re.MULTILINE)


def redact_manifests(text: str) -> str:
    if "kind:" in text or "kind'" in text or 'kind":' in text:
        parts = _DOCUMENT.split(text)
        text = "---".join(_without_data(part) if _KIND_YAML.search(part) else part for part in parts)
    if _KIND_JSON.search(text):
        text = _DATA_JSON.sub(lambda found: found[1] + _PAIR.sub(_without_value, found[2]) + found[3], text)
    return text


def _without_data(document: str) -> str:
    """The document with the lines beneath `data:` and `stringData:` emptied of values."""
    lines, depth = [], -1
    for line in document.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if depth >= 0 and line.strip() and indent > depth:
            lines.append(_emptied(line))
            continue
        data = _DATA_YAML.match(line)
        depth = len(data[1]) if data else -1 if line.strip() else depth
        lines.append(line)
    return "\n".join(lines)


def _emptied(line: str) -> str:
    entry = _ENTRY.match(line)
    if entry is None:
        body = line.lstrip()
        return line if is_marked(body) or body.endswith(":") else line[: -len(body)] + mark("secret", body)
    return line if is_marked(entry[2]) else entry[1] + mark("secret", entry[2])


def _without_value(found: re.Match[str]) -> str:
    value = found[3].rstrip("\\")
    return found[0] if is_marked(value) or not value else found[1] + mark("secret", value) + found[3][len(value) :]
