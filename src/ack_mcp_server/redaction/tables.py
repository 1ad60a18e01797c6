"""Tables as the API server prints them: cells by the name of their column, and the objects of rows by kind."""

from typing import Any

from ack_mcp_server.redaction.walk import Json, Walk


class TableWalk(Walk):
    def mapping(self, node: Json, depth: int = 0) -> Json:
        shown = super().mapping(node, depth)
        if depth > 1 or shown.get("kind") != "Table" or not isinstance(rows := shown.get("rows"), list):
            return shown
        defined = shown.get("columnDefinitions")
        named = [each for each in defined if isinstance(each, dict)] if isinstance(defined, list) else []
        columns = [str(each.get("name", "")) for each in named]
        return {**shown, "rows": [self._row(row, columns) for row in rows]}

    def _row(self, row: Any, columns: list[str]) -> Any:
        cells = row.get("cells") if isinstance(row, dict) else None
        if not isinstance(cells, list) or len(cells) != len(columns):
            return row
        return {**row, "cells": [self.entry({}, name, cell, 0) for name, cell in zip(columns, cells, strict=True)]}
