"""kubectl's -o custom-columns."""

from collections.abc import Iterable
from dataclasses import dataclass

from ack_mcp_server.kube.printing import go
from ack_mcp_server.kube.printing.errors import JsonPathError, NotUnderstood
from ack_mcp_server.kube.printing.jsonpath import Path, compile_path, relaxed_path
from ack_mcp_server.kube.printing.table import render_rows

_NONE = "<none>"
_LONGEST_ROW = 4 * 1024 * 1024  # characters; an object has up to 1.5 MiB, and a column may repeat it


@dataclass(frozen=True)
class Columns:
    headers: tuple[str, ...]
    paths: tuple[Path, ...]

    def cells(self, obj: object) -> list[str]:
        """Raises NotUnderstood, also where kubectl fails: it has printed the rows before by then."""
        cells: list[str] = []
        room = _LONGEST_ROW
        for path in self.paths:
            cells.append(_cell(path.values(obj)))
            room -= len(cells[-1])
            if room < 0:
                raise NotUnderstood("too long a row")
        return cells

    def render(self, objects: Iterable[object], *, headers: bool = True) -> str:
        """The whole table. Raises NotUnderstood."""
        rows = [self.cells(obj) for obj in objects]
        lines = render_rows([self.headers, *rows] if headers else rows)
        return "".join(f"{line}\n" for line in lines)


def compile_columns(spec: str) -> Columns:
    """Raises JsonPathError for what kubectl refuses before it asks the API server, NotUnderstood for later refusals."""
    if not spec:
        raise JsonPathError("custom-columns format specified but no custom columns given")
    pairs = [_pair(part) for part in spec.split(",")]
    return Columns(tuple(header for header, _ in pairs), tuple(_path(written) for _, written in pairs))


def _pair(part: str) -> tuple[str, str]:
    header, colon, written = part.partition(":")
    if not colon:
        raise JsonPathError(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
    relaxed_path(written)
    return header, written


def _path(written: str) -> Path:
    try:
        return compile_path(written, relaxed=True)
    except JsonPathError as exc:
        raise NotUnderstood(exc.reason) from None


def _cell(values: list[object]) -> str:
    return ",".join(map(_shown, values)) if values else _NONE


def _shown(value: object) -> str:
    return go.go_string(value).replace("\x1b", "^[").replace("\r", "\\r")
