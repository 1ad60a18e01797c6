"""Kubeconfigs that calls bring, by header or argument: an identity alone, bound to one address, kept for a moment."""

import asyncio
import base64
import json
import logging
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from ack_mcp_server.kube import access, pinning
from ack_mcp_server.kube.scratch import Scratch
from ack_mcp_server.runtime import Runtime, utc_now
from ack_mcp_server.settings import Settings
from ack_sandbox.kube.authority import Authority
from tests.conftest import (
    CANARY,
    Door,
    Region,
    door_to,
    http_site,
    kubeconfig_of,
    made_settings,
    needs,
    settings_in,
    tool_call,
    until,
)

BY_ARGUMENT: dict[str, object] = {"TOOLSETS": "compat", "--allow-kubeconfig-argument": True}
BY_HEADER: dict[str, object] = {"MCP_TRANSPORT": "http", "TOOLSETS": "all", "--allow-kubeconfig-header": True}
PODS = "get pods -A"


@pytest.fixture
def brought(region: Region) -> str:
    return kubeconfig_of(region, "staging")


@pytest.fixture
def loopback_is_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox's clusters are on loopback, where no request by HTTP may lead."""
    monkeypatch.setattr(pinning, "_LOOPBACK", [])


def header(text: str) -> dict[str, str]:
    return {"X-Kubeconfig": base64.b64encode(text.encode()).decode()}


def told(url: str, headers: Any, tool: str = "ack_kubectl", **arguments: Any) -> str:
    answer = httpx.post(url + "/mcp", json=tool_call(tool, **arguments), headers=headers, trust_env=False, timeout=30)
    assert answer.status_code == 200
    return str(answer.json()["result"]["content"][0]["text"])


def changed(text: str, cluster: dict[str, str] | None = None, user: dict[str, str] | None = None) -> str:
    config = yaml.safe_load(text)
    config["clusters"][0]["cluster"].update(cluster or {})
    config["users"][0]["user"].update(user or {})
    return json.dumps(config)


async def told_of(door: Door, text: str, command: str = PODS) -> str:
    return (await door.call("kubectl", command=command, kubeconfig=text)).text


@needs("kubectl")
async def test_an_argument_is_enough_without_any_key(brought: str) -> None:
    async with door_to(made_settings(**BY_ARGUMENT)) as door:
        assert "coredns-" in await told_of(door, brought)
        assert "Active" in await told_of(door, brought, "describe namespace default")


@needs("kubectl")
async def test_changes_are_made_with_it_too(brought: str) -> None:
    async with door_to(made_settings(**BY_ARGUMENT, **{"--allow-write": True, "--write-policy": "direct"})) as door:
        labeled = await told_of(door, brought, "label namespace default team=shop --dry-run=server")
    assert "namespace/default labeled (server dry run)" in labeled


@pytest.mark.parametrize("fingerprint", ["one", "another"])
def test_kubeconfigs_that_anybody_can_make_up_share_the_places_of_one_key(fingerprint: str, tmp_path: Path) -> None:
    assert access.Access(key=(fingerprint, "kubeconfig", "HEADER"), home=tmp_path).holder == "kubeconfig"
    assert access.Access(key=(fingerprint, "c1", "ACK_PUBLIC"), home=tmp_path).holder == fingerprint


async def test_the_view_names_the_cluster_and_the_callers_fingerprint(brought: str) -> None:
    async with door_to(made_settings(**BY_ARGUMENT)) as door:
        view = await told_of(door, brought, "config view")
    assert "cluster: kubeconfig\nkubeconfig mode: ARGUMENT\n" in view
    assert "identity: fingerprint " in view


async def test_an_argument_is_refused_by_the_flag_that_allows_it(brought: str) -> None:
    async with door_to(made_settings(TOOLSETS="compat")) as door:
        assert "--allow-kubeconfig-argument" in await door.error("kubectl", command=PODS, kubeconfig=brought)


async def test_a_cluster_beside_it_is_an_error(brought: str, region: Region) -> None:
    async with door_to(settings_in(region, **BY_ARGUMENT)) as door:
        cluster = region.cluster("staging")
        refused = await door.error("kubectl", command=PODS, kubeconfig=brought, cluster_id=cluster)
    assert "Leave cluster_id out" in refused


async def test_a_server_bound_to_clusters_takes_none(brought: str) -> None:
    async with door_to(made_settings(**BY_ARGUMENT, CLUSTERS="c1")) as door:
        assert "--clusters" in await told_of(door, brought)


async def test_namespaces_bound_it_too(brought: str) -> None:
    async with door_to(made_settings(**BY_ARGUMENT, NAMESPACES="default")) as door:
        assert "kube-system" in await door.error("kubectl", command="get pods -n kube-system", kubeconfig=brought)


async def test_an_encrypted_key_asks_nobody_for_its_password(brought: str) -> None:
    pair = Authority("somebody").client("somebody", (), utc_now() + timedelta(days=1))
    key = load_pem_private_key(pair.key_pem, None)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    data = {"client-certificate-data": pair.certificate_pem, "client-key-data": locked}
    text = changed(brought, user={name: base64.b64encode(value).decode() for name, value in data.items()})
    async with door_to(made_settings(**BY_ARGUMENT)) as door:
        assert "certificates of the kubeconfig cannot be read" in await told_of(door, text)


@needs("kubectl")
async def test_a_name_that_is_bound_to_another_address_later_leads_where_it_led(
    brought: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["127.0.0.1"])

    def looked_up(host: str) -> Any:
        assert host == "kubernetes"
        return [(2, 1, 6, "", (next(answers, "169.254.169.254"), 443))]

    monkeypatch.setattr(pinning, "_looked_up", looked_up)
    server = yaml.safe_load(brought)["clusters"][0]["cluster"]["server"]
    text = changed(brought, {"server": server.replace("127.0.0.1", "kubernetes")})
    async with door_to(made_settings(**BY_ARGUMENT)) as door:
        assert "coredns-" in await told_of(door, text)
        assert "Active" in await told_of(door, text, "describe namespace default")
        # Another text is another kubeconfig, and is looked up anew.
        assert "leads to link-local" in await told_of(door, text + " ")


@needs("kubectl")
@pytest.mark.parametrize("command", ["describe namespace default", "get namespaces"])
async def test_no_redirect_of_an_api_server_is_followed(brought: str, command: str) -> None:
    authority = Authority("hostile")
    inside: list[bytes] = []
    asked: list[bytes] = []

    async def metadata(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside.append(await reader.readline())
        writer.close()

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        port = str(within.sockets[0].getsockname()[1]).encode()
        writer.write(b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:" + port + b"/role\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    within = await asyncio.start_server(metadata, "127.0.0.1", 0)
    api = await asyncio.start_server(redirect, "127.0.0.1", 0, ssl=authority.server_context())
    data = base64.b64encode(authority.certificate_pem).decode()
    server = f"https://127.0.0.1:{api.sockets[0].getsockname()[1]}"
    text = changed(brought, {"server": server, "certificate-authority-data": data})
    async with within, api, door_to(made_settings(**BY_ARGUMENT)) as door:
        assert await door.error("kubectl", command=command, kubeconfig=text)
    assert asked
    assert inside == []


async def taken(text: str) -> tuple[Runtime, access.Access]:
    runtime = Runtime(made_settings(**BY_ARGUMENT), Scratch())
    return runtime, await runtime.kubectl.access.to("", runtime.reach([]).with_kubeconfig(text))


async def test_it_is_kept_in_files_of_the_owners_while_somebody_uses_it(brought: str) -> None:
    runtime, found = await taken(brought)
    assert found.key[1:] == ("kubeconfig", "ARGUMENT")
    with found.in_use():
        found.drop()
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (found.home / "kubeconfig", found.home)]
        assert modes == [0o600, 0o700]
    assert not found.home.exists()
    await runtime.close()


@pytest.mark.parametrize("kept_s", [access.BROUGHT_S, 0], ids=["kept", "forgotten"])
async def test_its_time_ends_with_its_files_and_connections(
    brought: str, monkeypatch: pytest.MonkeyPatch, kept_s: int
) -> None:
    monkeypatch.setattr(access, "BROUGHT_S", kept_s)
    runtime, found = await taken(brought)
    servers = runtime.kubectl.engine.servers
    assert found.kubeconfig
    with found.in_use():
        await runtime.kubectl.engine.catalog(found.kubeconfig)
        assert found.kubeconfig in servers._open
    await until(lambda: kept_s > 0 or not found.home.exists())
    assert [found.home.exists(), found.kubeconfig in servers._open] == [kept_s > 0] * 2
    await runtime.close()


def test_a_header_is_refused_by_the_flag_that_allows_it(site: str, brought: str) -> None:
    for tool, arguments in (("ack_kubectl", {"command": PODS}), ("get_current_time", {})):
        assert "--allow-kubeconfig-header" in told(site, header(brought), tool, **arguments)


@pytest.fixture(scope="module")
def open_site(sandbox: Region) -> Iterator[str]:
    """It has a key of its own, which no request with a kubeconfig acts with."""
    with http_site(settings_in(sandbox, **BY_HEADER, **{"--allow-kubeconfig-argument": True})) as url:
        yield url


def test_the_servers_own_machine_is_no_place_for_a_header(open_site: str, brought: str) -> None:
    assert "loopback" in told(open_site, header(brought), command=PODS)


BAD: dict[str, tuple[list[tuple[str, str]], str]] = {
    "no base64": ([("X-Kubeconfig", f"{CANARY}-")], "is not base64"),
    "no text": ([("X-Kubeconfig", "/w==")], "is not base64"),
    "repeated": ([("X-Kubeconfig", "e30="), ("x-kubeconfig", "e30=")], "is repeated"),
    "empty": ([("X-Kubeconfig", "")], "is empty"),
    "too long": ([("X-Kubeconfig", "e30=" * 11_000)], "is longer than"),
    "too large": ([("X-Kubeconfig", base64.b64encode(b"x" * (32 * 1024 + 1)).decode())], "holds more than 32768 bytes"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_header_that_cannot_be_used_is_an_error_for_every_tool(open_site: str, what: str) -> None:
    headers, why = BAD[what]
    answer = told(open_site, headers, "get_current_time")
    assert why in answer
    assert CANARY not in answer


def test_a_header_needs_no_key_and_gets_none(open_site: str, brought: str, loopback_is_far: None) -> None:
    assert "coredns-" in told(open_site, header(brought), command=PODS)
    assert "does not act with the server's own key" in told(open_site, header(brought), "list_clusters")


def test_a_header_and_an_argument_are_one_too_many(open_site: str, brought: str) -> None:
    assert "two kubeconfigs" in told(open_site, header(brought), "kubectl", command=PODS, kubeconfig=brought)


def test_a_key_beside_it_is_for_the_cloud_alone(
    open_site: str, brought: str, region: Region, loopback_is_far: None
) -> None:
    both = {**header(brought), **region.headers("other-tenant")}
    assert "tenant-b-web" in told(open_site, both, "list_clusters")
    assert told(open_site, both, command=PODS) == told(open_site, header(brought), command=PODS)


def test_a_server_that_wants_a_key_from_each_takes_a_kubeconfig_for_one(
    settings: Callable[..., Settings], brought: str, loopback_is_far: None
) -> None:
    flags = {**BY_HEADER, "--allow-kubeconfig-argument": True, "HEADERS_ONLY": "true"}
    with http_site(settings(**flags)) as url:
        assert "coredns-" in told(url, header(brought), command=PODS)
        assert "coredns-" in told(url, {}, "kubectl", command=PODS, kubeconfig=brought)
        assert "Unauthenticated" in told(url, header(brought), "list_clusters")
        assert "unknown argument" in told(url, {}, "list_clusters", kubeconfig=brought)


def test_a_server_on_a_kubeconfig_of_its_own_does_not_lend_it(
    kubeconfig: Path, region: Region, loopback_is_far: None
) -> None:
    other = kubeconfig_of(region, "production")
    own = made_settings(**BY_HEADER, KUBECONFIG_MODE="LOCAL", KUBECONFIG_PATH=str(kubeconfig))
    with http_site(own) as url:
        servers, callers = told(url, {}, command="get nodes"), told(url, header(other), command="get nodes")
        refused = told(url, header(changed(other, user={"token": "x"})), command="get nodes")
        assert "Leave cluster_id out" in told(url, header(other), command="get nodes", cluster_id="local")
    assert servers != callers
    assert "Unauthorized" in refused


async def test_two_callers_never_share(open_site: str, region: Region, loopback_is_far: None) -> None:
    texts = [kubeconfig_of(region, role) for role in ("staging", "production")]
    texts.append(changed(texts[0], user={"token": "nobodys"}))
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:

        async def nodes(text: str) -> str:
            message = tool_call("ack_kubectl", command="get nodes -o name")
            answer = await client.post(open_site + "/mcp", json=message, headers=header(text))
            return str(answer.json()["result"]["content"][0]["text"])

        alone = [await nodes(text) for text in texts]
        mixed = await asyncio.gather(*(nodes(text) for text in texts * 20))
    assert len(set(alone)) == 3
    assert "Unauthorized" in alone[2]
    assert mixed == alone * 20


@pytest.mark.slow
@needs("kubectl")
def test_no_answer_and_no_log_line_holds_any_of_it(
    settings: Callable[..., Settings], brought: str, caplog: pytest.LogCaptureFixture, loopback_is_far: None
) -> None:
    caplog.set_level(logging.DEBUG)
    token = {"token": CANARY}
    texts = [
        changed(brought, user=token),
        changed(brought, user={**token, "password": CANARY}),
        changed(brought, {"server": f"https://{CANARY}.invalid"}, token),
        changed(brought, {"server": "https://127.0.0.1:1"}, token),
        changed(brought, {"certificate-authority-data": CANARY}, token),
        f"{CANARY}: [",
    ]
    key = yaml.safe_load(brought)["users"][0]["user"]["token"]
    with http_site(settings(**BY_HEADER, **{"--allow-kubeconfig-argument": True}, DEVELOPMENT="true")) as url:
        heard = told(url, header(brought), command="config view")
        for text in texts:
            for command in ("get pods", "describe pods"):
                heard += told(url, header(text), command=command)
            heard += told(url, {}, "kubectl", command="get pods", kubeconfig=text, extra=CANARY)
            heard += told(url, {}, "kubectl", command="get pods", kubeconfig=[text])
    whole = heard + caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    for secret in (CANARY, key, *(header(text)["X-Kubeconfig"] for text in texts)):
        assert secret not in whole
