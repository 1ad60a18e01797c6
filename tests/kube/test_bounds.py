"""What an operator bounds a server to: clusters, namespaces, kinds. In every spelling, through the real discovery."""

from collections.abc import Callable

import pytest

from ack_mcp_server.answers.marks import MARK
from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to, needs

pytestmark = needs("kubectl")


async def pages_of(door: Door, command: str, max_bytes: int, region: Region) -> list[str]:
    """Of an answer that is continued to its end."""
    pages: list[str] = []
    token = ""
    while not pages or token:
        more = {"continue": token} if token else {}
        arguments = {"command": command, "max_bytes": max_bytes, "cluster_id": region.cluster("staging"), **more}
        pages.append((await door.ok("ack_kubectl", **arguments)).text)
        _, _, rest = pages[-1].splitlines()[-1].partition('continue="')
        token = rest.partition('"')[0]
    return pages


def lines_of(pages: list[str]) -> list[str]:
    """Without our own, and without empty ones."""
    return [line for page in pages for line in page.splitlines() if line and not line.startswith(MARK)]


async def in_staging(door: Door, region: Region, command: str) -> str:
    reply = await door.call("ack_kubectl", command=command, cluster_id=region.cluster("staging"))
    return reply.text


@pytest.mark.parametrize(
    "command",
    [
        "get pods -n kube-system",
        "get pods --namespace=kube-system",
        "-nkube-system get pods",
        "get pods",
        "logs -n kube-system deploy/coredns",
        "describe deploy/coredns -n kube-system",
        "top pods -n kube-system",
        "events -n kube-system",
        "rollout status deploy/coredns -n kube-system",
        "wait deploy/coredns -n kube-system --for=condition=Available",
        "cluster-info",
        "get ns",
        "get ns kube-system",
        "get namespaces/kube-system",
        "describe ns",
        "describe nodes",
        "get clusterroles",
        "get clusterrolebindings",
        "get all,clusterroles -n web",
        "get mutatingwebhookconfigurations",
        "get nonsense -n web",
    ],
)
async def test_what_lies_beyond_the_namespaces_is_refused(
    settings: Callable[..., Settings], region: Region, command: str
) -> None:
    async with door_to(settings(NAMESPACES="web,default")) as door:
        told = await in_staging(door, region, command)
    assert told.startswith("NotEnabled: "), told
    assert "Next: " in told


async def test_all_namespaces_means_the_allowed_ones(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(NAMESPACES="kube-system,default")) as door:
        rows = (await in_staging(door, region, "get cm -A --no-headers")).splitlines()
    assert {row.split()[0] for row in rows} == {"kube-system", "default"}


async def test_other_verbs_run_in_one_allowed_namespace_after_the_other(
    settings: Callable[..., Settings], region: Region
) -> None:
    async with door_to(settings(NAMESPACES="kube-system,default")) as door:
        told = await in_staging(door, region, "describe cm -A")
    assert "\n# namespace kube-system\n" in told
    assert "\n# namespace default\n" in told
    assert "kube-root-ca.crt" in told


@pytest.mark.parametrize(
    "command", ["get pods", "get deploy,svc", "logs deploy/coredns --tail=1", "describe deploy coredns"]
)
async def test_a_single_allowed_namespace_is_the_default(
    settings: Callable[..., Settings], region: Region, command: str
) -> None:
    async with door_to(settings(NAMESPACES="kube-system")) as door:
        reply = await door.ok("ack_kubectl", command=command, cluster_id=region.cluster("staging"))
    assert "not found" not in reply.text


@pytest.mark.parametrize(
    "command",
    ["get nodes", "top nodes", "get pv", "get sc", "get ns kube-system", "explain pods", "api-resources", "version"],
)
async def test_what_says_nothing_of_other_namespaces_is_allowed(
    settings: Callable[..., Settings], region: Region, command: str
) -> None:
    async with door_to(settings(NAMESPACES="kube-system")) as door:
        assert (await door.ok("ack_kubectl", command=command, cluster_id=region.cluster("staging"))).text


@pytest.mark.parametrize(
    "command",
    [
        "get secrets -A",
        "get secret -n default",
        "get Secret -A",
        "get SECRETS -A",
        "get secrets.v1. -A",
        "get secrets.v1 -A",
        "get pods,secrets -A",
        "get secret/x -n default",
        "get cm -A",
        "get configmap/x",
        "get configmaps.v1. -A",
        "wait secret/x --for=delete",
        "events --for secret/x -A",
        "get deployments.apps -A",
        "get deploy -A",
        "get deployments.v1.apps/x",
        "get all -A",
        "rollout status deploy/x",
        "logs deploy/x",
    ],
)
async def test_a_denied_kind_is_refused_in_every_spelling(
    settings: Callable[..., Settings], region: Region, command: str
) -> None:
    async with door_to(settings(DENY_KINDS="Secret,cm,deployments.apps")) as door:
        told = await in_staging(door, region, command)
    assert told.startswith("NotEnabled: "), told
    assert "not touched by this server" in told


@pytest.mark.parametrize("command", ["get pods", "get pods.metrics.k8s.io", "get pods.metrics", "logs deploy/coredns"])
async def test_a_denied_kind_is_not_reached_by_way_of_another(
    settings: Callable[..., Settings], region: Region, command: str
) -> None:
    async with door_to(settings(DENY_KINDS="pods")) as door:
        told = await in_staging(door, region, f"{command} -n kube-system")
    assert "not touched by this server" in told


async def test_the_beginning_of_a_group_means_its_kinds(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(DENY_KINDS="pods.metrics.k8s.io")) as door:
        assert "not touched by this server" in await in_staging(door, region, "get pods.metr -n kube-system")
        assert (await in_staging(door, region, "get pods.v1. -n kube-system")).startswith("NAME")


async def test_what_is_read_namespace_by_namespace_is_continued_to_its_end(
    settings: Callable[..., Settings], region: Region
) -> None:
    async with door_to(settings(NAMESPACES="kube-system,default")) as door:
        whole = await pages_of(door, "top pods -A", 200_000, region)
        assert len(whole) == 1
        parts = await pages_of(door, "top pods -A", 1000, region)
    names = [[line.split()[0] for line in lines_of(pages)] for pages in (whole, parts)]
    assert len(parts) > 1
    assert names[0] == names[1]


async def test_other_kinds_are_untouched_by_a_denial(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(DENY_KINDS="Secret")) as door:
        assert (await in_staging(door, region, "get pods,svc -A")).startswith("NAMESPACE")


async def test_the_default_namespace_is_that_of_the_setting(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(K8S_NAMESPACE="kube-system")) as door:
        assert "coredns" in await in_staging(door, region, "get pods")
        assert "No resources found in default namespace" in await in_staging(door, region, "get deploy -n default")


async def test_a_server_bound_to_clusters_touches_no_other(settings: Callable[..., Settings], region: Region) -> None:
    staging, production = region.cluster("staging"), region.cluster("production")
    async with door_to(settings(CLUSTERS=f"{staging},{production}")) as door:
        listed = (await door.ok("list_clusters")).text
        assert listed.startswith("2 clusters in the 2 that this server touches\n")
        assert "finance-private" not in listed
        for tool, arguments in [("describe_cluster", {}), ("ack_kubectl", {"command": "get pods"})]:
            told = await door.error(tool, cluster_id=region.cluster("private"), **arguments)
            assert told.startswith(f"NotEnabled: cluster {region.cluster('private')} is not touched by this server")
        assert (await door.error("describe_cluster")).startswith("InvalidInput: cluster_id is needed")


async def test_a_single_cluster_that_a_server_is_bound_to_needs_no_id(
    settings: Callable[..., Settings], region: Region
) -> None:
    async with door_to(settings(CLUSTERS=region.cluster("staging"))) as door:
        assert "cluster: staging" in (await door.ok("describe_cluster")).text


async def test_the_own_view_tells_the_bounds_and_no_secret(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(NAMESPACES="web", DENY_KINDS="Secret", K8S_NAMESPACE="web")) as door:
        told = await in_staging(door, region, "config view")
    assert f"cluster: {region.cluster('staging')}\nkubeconfig mode: ACK_PUBLIC\nAPI server: https://" in told
    assert "bound to namespaces: web\nkinds never touched: Secret" in told
    assert "token" not in told
    assert "certificate" not in told


async def test_a_denied_kind_that_a_cluster_does_not_serve_is_told_to_the_operator(
    settings: Callable[..., Settings], region: Region, caplog: pytest.LogCaptureFixture
) -> None:
    async with door_to(settings(DENY_KINDS="Secretz,secret")) as door:
        await in_staging(door, region, "get pods -n shop")
        await in_staging(door, region, "get pods -n shop")
    told = [record.getMessage() for record in caplog.records if "--deny-kinds" in record.getMessage()]
    assert told == ["--deny-kinds names 'Secretz', and a cluster serves no kind that is called so"]
