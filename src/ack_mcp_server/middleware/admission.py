"""Before a tool runs: is it offered, and who asks."""

from collections.abc import Mapping
from typing import cast

from fastmcp.server.context import _current_transport
from starlette.requests import Request as HttpRequest

from ack_mcp_server import record, request, toolsets
from ack_mcp_server.asking import Ask
from ack_mcp_server.auth.resolve import Identity
from ack_mcp_server.errors import InternalError, InvalidInput, NotEnabled, Unauthenticated, WriteNotAllowed
from ack_mcp_server.identifiers import shown
from ack_mcp_server.progress import Progress
from ack_mcp_server.request import Request
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.settings import ResultFormat, Settings

FORMAT_HEADER = b"x-result-format"
KEYLESS_TOOLS = frozenset({"get_current_time"})  # they reach nothing
KUBECONFIG_ARGUMENT = "kubeconfig"
WITHOUT_HEADERS = (None, "stdio")  # transports; None is a client in this process

RawHeaders = list[tuple[bytes, bytes]]


class Admission:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._chosen = toolsets.chosen(settings)
        self._allow_write = settings.allow_write

    def admit(
        self,
        tool: str,
        headers: RawHeaders,
        runtime: Runtime,
        ask: Ask,
        progress: Progress,
        arguments: Mapping[str, object],
    ) -> None:
        """Makes the call's `request.current`. Raises AckError for a call that must not run."""
        # The format comes first, so that every refusal below is already in it.
        format_wanted = result_format(headers, self._settings)
        reach = runtime.reach(headers)
        request.current.set(
            Request(reach=reach, result_format=format_wanted, runtime=runtime, ask=ask, progress=progress)
        )
        record.current().caller = reach.account.identity.fingerprint
        self._check_offered(tool)
        if not reach.brought and not arguments.get(KUBECONFIG_ARGUMENT):  # what asks the cloud still needs a key
            self._check_key(tool, reach.account.identity)

    def _check_offered(self, tool: str) -> None:
        toolset = toolsets.owner(tool)
        if toolset is None or any(tool in each.offered(allow_write=self._allow_write) for each in self._chosen):
            return
        record.current().decision = "refuse"
        if tool in toolset.writes and not self._allow_write:
            raise WriteNotAllowed(
                f"{tool} changes things, and this server only reads",
                next_step="An operator may start it with --allow-write; until then describe the change to them.",
            )
        raise NotEnabled(
            f"{tool} is not offered: the toolset {toolset.name} is off",
            next_step=toolsets.how_to_add(toolset, self._settings),
        )

    def _check_key(self, tool: str, identity: Identity) -> None:
        """Here and not where a key is used, because not every tool uses one: kubectl may have a kubeconfig without."""
        if tool in KEYLESS_TOOLS:
            return
        try:
            identity.check_brings_required_key()
        except Unauthenticated:
            record.current().decision = "refuse"
            raise


def raw_headers(http: HttpRequest | None) -> RawHeaders:
    """The request's headers, repeated ones included; none on stdio and in this process. Raises InternalError for an
    HTTP request that cannot be found: without its headers it would act as the server."""
    if http is not None:
        return list(http.scope["headers"])
    if _current_transport.get() in WITHOUT_HEADERS:
        return []
    raise InternalError("the HTTP request of this call cannot be found")


def result_format(headers: list[tuple[bytes, bytes]], settings: Settings) -> ResultFormat:
    """As the header asks, else as the server is set. Raises InvalidInput for an unknown one."""
    value = next((value.decode("latin-1").strip() for name, value in headers if name.lower() == FORMAT_HEADER), "")
    if not value:
        return settings.result_format
    if value in ("text", "structured"):
        return cast(ResultFormat, value)
    raise InvalidInput(
        f"X-Result-Format is {shown(value)}", next_step="Send X-Result-Format: text or structured, or leave it out."
    )
