"""The tables of istioctl and argocd: hostile commands as data, whatever words there are, and ordinary ones."""

from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from ack_mcp_server.clis.argocd.table import TABLE as ARGOCD
from ack_mcp_server.clis.helm.table import TABLE as HELM
from ack_mcp_server.clis.istioctl.table import TABLE as ISTIOCTL
from ack_mcp_server.clis.parse import parse
from ack_mcp_server.clis.policy import judge
from ack_mcp_server.clis.table import Table
from ack_mcp_server.errors import AckError, InvalidInput, NotEnabled
from ack_mcp_server.kube.table.model import Effect

TABLES = (ISTIOCTL, ARGOCD, HELM)
_CORPUS = Path(__file__).parent / "corpus"
_FORBIDDEN = {
    "istioctl": "kubeconfig context as as-uid as-group file meshConfigFile xds-address xds-label xds-port cert-dir "
    "authority insecure plaintext proxy-admin-port level reset set charts manifests filename use-kube recursive "
    "failure-threshold vklog",
    "argocd": "server server-name auth-token header plaintext insecure grpc-web grpc-web-root-path argocd-context "
    "port-forward port-forward-namespace server-crt client-crt client-crt-key config core kubeconfig kube-context "
    "context user token username password insecure-skip-tls-verify proxy-url local local-repo-root local-include "
    "server-side-generate refresh hard-refresh show-params filter follow yes assumeYes timeout",
}


def hostile(program: str) -> list[str]:
    lines = (_CORPUS / f"{program}_hostile.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def taken(text: str, table: Table) -> bool:
    try:
        judge(*parse(text, table), table, allow_write=True)
    except (InvalidInput, NotEnabled) as exc:
        assert exc.next_step
        return False
    return True


@pytest.mark.parametrize("table", [ISTIOCTL, ARGOCD], ids=lambda table: table.program)
def test_hostile_commands_are_refused_with_a_next_step(table: Table) -> None:
    lines = hostile(table.program)
    assert len(lines) >= 90
    assert [line for line in lines if taken(line.format(canary="/etc/x", folder="/tmp/x", port=1), table)] == []


@pytest.mark.parametrize("table", [ISTIOCTL, ARGOCD], ids=lambda table: table.program)
def test_a_flag_that_reaches_beyond_the_cluster_is_of_no_verb_and_its_refusal_says_why(table: Table) -> None:
    for name in _FORBIDDEN[table.program].split():
        assert [verb.name for verb in table.offered if verb.long(name)] == [], name
        assert table.reason_for(name), name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.program)
def test_a_verb_that_is_not_offered_names_another_way(table: Table) -> None:
    assert [name for name, verb in table.verbs.items() if not verb.is_offered and not verb.instead] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.program)
def test_no_flag_of_a_verb_stands_twice(table: Table) -> None:
    for verb in table.offered:
        names = [flag.name for flag in verb.flags]
        letters = [flag.short for flag in verb.flags if flag.short]
        assert len(names) == len(set(names)), verb.name
        assert len(letters) == len(set(letters)), verb.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.program)
def test_an_alias_means_a_verb_or_a_group_of_verbs(table: Table) -> None:
    assert [word for word, name in table.aliases.items() if name not in table.verbs] == []


def test_istioctl_only_reads() -> None:
    assert {verb.effect for verb in ISTIOCTL.offered} == {Effect.READ}


@pytest.mark.parametrize("table", [ISTIOCTL, ARGOCD], ids=lambda table: table.program)
@hypothesis.settings(max_examples=60)
@hypothesis.given(data=st.data())
def test_no_words_make_a_flag_that_the_verb_lacks(table: Table, data: st.DataObject) -> None:
    some = [*table.verbs, *table.aliases, "web", "a/b", "-n", "shop", "-N", "-o", "json", "--", "-", "-f", "x",
            "--kubeconfig=x", "--server=x", "'-f'", "--dry-run", "-A", "7"]  # fmt: skip
    words = data.draw(st.lists(st.sampled_from(some), max_size=7))
    try:
        command, verb = parse(" ".join(words), table)
        judge(command, verb, table, allow_write=True)
    except AckError:
        return
    given = command.argv[len(verb.name.split()) :]
    assert all(word.partition("=")[0].removeprefix("--") in {flag.name for flag in verb.flags}
               for word in given if word.startswith("-"))  # fmt: skip
    assert not any(word.startswith("-") for word in command.arguments)


@pytest.mark.parametrize(
    "command",
    ["version", "version --short --remote=false", "ps", "ps web-1.shop -i mesh", "proxy-config cluster web-1 -n shop",
     "pc c deploy/web.shop --fqdn web.shop.svc.cluster.local --direction outbound --port 80", "pc ep web-1 -o json "
     "--cluster 'outbound|80||web.shop.svc.cluster.local'", "-n shop pc -i mesh r web-1 --name http.80", "pc b web-1",
     "analyze -A", "analyze -n shop -S 'IST0102=Namespace default' -o json", "x describe pod web-1.shop",
     "x des svc web", "exp authz check web-1", "zc w --node n1", "tag list", "waypoint list -A"],
)  # fmt: skip
def test_ordinary_commands_of_istioctl_are_taken(command: str) -> None:
    assert taken(f"istioctl {command}", ISTIOCTL)


@pytest.mark.parametrize(
    "command",
    ["app list", "app list -p default -l a=b -o name", "app get argocd/web -o tree",
     "app get web -N apps --show-operation",
     "app diff web --revision v1.2.3", "app diff web --revisions a --source-positions 1 --revisions b "
     "--source-positions 2", "app history web", "app resources web --output tree", "app manifests web --source live",
     "app logs web -c app --tail 50 --grep error", "app sync web --prune --dry-run=server --resource "
     "apps:Deployment:shop/web", "app rollback web 3", "app rollback web", "app terminate-op web",
     "app rm web --cascade=false", "appset list", "proj get default -o yaml", "version --client"],
)  # fmt: skip
def test_ordinary_commands_of_argocd_are_taken(command: str) -> None:
    assert taken(f"argocd {command}", ARGOCD)
