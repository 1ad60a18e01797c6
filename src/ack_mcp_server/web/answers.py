"""Answers of the HTTP server itself, before any MCP: always JSON, always with the next step."""

from collections.abc import Mapping

from starlette.responses import JSONResponse


def refuse(status: int, error: str, next_step: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": error, "next_step": next_step}, status, headers=dict(headers or {}))
