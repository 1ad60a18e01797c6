"""What no server can be faster than: the API request that a call needs, made with nothing around it."""

import base64
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from ack_mcp_server.kube.kubeconfig import Kubeconfig

TABLE = (
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
)
_QUERY = "limit=500&includeObject=None"


@asynccontextmanager
async def raw(kubeconfig: Kubeconfig, connections: int) -> AsyncIterator[Callable[[str], Awaitable[bytes]]]:
    """A function that lists the pods of a namespace as rows, over kept connections."""
    headers = {"Accept": TABLE, "Accept-Encoding": "identity"}
    if kubeconfig.token:
        headers["Authorization"] = f"Bearer {kubeconfig.token}"
    connector = aiohttp.TCPConnector(limit=connections, ssl=_context(kubeconfig))
    async with aiohttp.ClientSession(kubeconfig.server, connector=connector, headers=headers) as session:

        async def pods(namespace: str) -> bytes:
            async with session.get(f"/api/v1/namespaces/{namespace}/pods?{_QUERY}") as answer:
                answer.raise_for_status()
                return await answer.read()

        yield pods


def _context(kubeconfig: Kubeconfig) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if kubeconfig.certificate_authority_data:
        context.load_verify_locations(cadata=base64.b64decode(kubeconfig.certificate_authority_data).decode())
    if kubeconfig.client_certificate_data:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "client.pem")
            parts = (kubeconfig.client_key_data, kubeconfig.client_certificate_data)
            path.write_bytes(b"\n".join(base64.b64decode(part) for part in parts))
            context.load_cert_chain(path)
    return context
