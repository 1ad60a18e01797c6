"""What is refused before any process: hostile commands as data, charts from elsewhere, and whatever words there are."""

from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from ack_mcp_server.clis.helm.charts import Repositories
from ack_mcp_server.clis.helm.policy import judge
from ack_mcp_server.clis.helm.table import TABLE
from ack_mcp_server.clis.parse import parse
from ack_mcp_server.errors import AckError, ConfigurationError
from tests.clis.conftest import Helm
from tests.clis.stand_in import StandIn
from tests.conftest import CANARY
from tests.services.test_transport import listener

_LINES = (Path(__file__).parent / "corpus" / "helm_hostile.txt").read_text().splitlines()
HOSTILE = [line for line in _LINES if not line.startswith("#")]
FORBIDDEN = (
    "post-renderer", "post-renderer-args", "set-file", "values", "output-dir", "kubeconfig", "kube-context",
    "kube-token", "kube-apiserver", "kube-as-user", "kube-as-group", "kube-ca-file", "kube-insecure-skip-tls-verify",
    "kube-tls-server-name", "repo", "ca-file", "cert-file", "key-file", "keyring", "registry-config",
    "repository-config", "repository-cache", "plain-http", "username", "password", "pass-credentials",
    "insecure-skip-tls-verify", "debug", "template", "enable-dns", "dependency-update", "burst-limit", "qps", "timeout",
)  # fmt: skip


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 100


async def test_hostile_commands_start_no_process_and_reach_nothing(
    writer: Helm, stand_in: StandIn, tmp_path: Path
) -> None:
    canary, folder = tmp_path / "canary", tmp_path / "empty"
    canary.write_text(CANARY)
    folder.mkdir()
    found: list[str] = []
    with listener() as (url, reached):
        port = url.rsplit(":", 1)[1]
        for line in HOSTILE:
            command = line.replace("{canary}", str(canary)).replace("{port}", port).replace("{folder}", str(folder))
            reply = await writer.call(command)
            refused = (
                reply.is_error and reply.text.startswith(("InvalidInput", "NotEnabled")) and "Next: " in reply.text
            )
            if not refused or stand_in.calls:
                found.append(f"{command!r}: {reply.text[:200]}")
                break
    assert found == []
    assert reached == []
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_flag_that_reaches_beyond_the_cluster_is_of_no_verb_and_its_refusal_says_why(name: str) -> None:
    assert [verb.name for verb in TABLE.offered if verb.long(name)] == []
    assert TABLE.reason_for(name)


@pytest.mark.parametrize("verb", [name for name, verb in TABLE.verbs.items() if not verb.is_offered])
def test_a_verb_that_is_not_offered_names_another_way(verb: str) -> None:
    assert TABLE.verbs[verb].instead


_WORDS = st.sampled_from(
    [*TABLE.verbs, "web", "stable/web", "-n", "shop", "--version=1.2.3", "--set", "a=b", "-A", "--dry-run", "--", "-",
     "--kubeconfig=x", "-f", "x", "--post-renderer=sh", "--set-file=a=b", "-o", "json", "'-f'", "get", "values"]
)  # fmt: skip


@hypothesis.settings(max_examples=60)
@hypothesis.given(st.lists(_WORDS, max_size=8))
def test_no_words_make_a_flag_that_the_verb_lacks(words: list[str]) -> None:
    try:
        command, verb = parse(" ".join(words), TABLE)
        judge(command, verb, allow_write=True)
    except AckError:
        return
    given = command.argv[1:]
    assert all(word.partition("=")[0].removeprefix("--") in {flag.name for flag in verb.flags}
               for word in given if word.startswith("-"))  # fmt: skip
    assert not any(word.startswith("-") for word in command.arguments)


@hypothesis.settings(max_examples=60)
@hypothesis.given(st.text(max_size=40))
def test_a_chart_is_one_of_a_known_repository_or_none(text: str) -> None:
    known = Repositories.of(["stable=https://charts.example.com"])
    try:
        name, repository = known.words(text)
    except AckError:
        return
    assert text == f"stable/{name}"
    assert not name.startswith((".", "-"))
    assert repository == "--repo=https://charts.example.com"


@pytest.mark.parametrize(
    "entry",
    ["stable", "stable=", "=https://a", "stable=file:///etc", "stable=https://user:hunter2@a.example.com",
     "stable=https://a.example.com/?token=hunter2", "../x=https://a.example.com", "stable=/etc", "stable=https://"],
)  # fmt: skip
def test_a_repository_that_is_none_is_refused_without_its_text(entry: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Repositories.of([entry])
    assert "hunter2" not in refused.value.message + refused.value.next_step


def test_switches_follow_their_verb_and_no_flag_is_offered_twice() -> None:
    for verb in TABLE.offered:
        names = [flag.name for flag in verb.flags]
        letters = [flag.short for flag in verb.flags if flag.short]
        assert len(names) == len(set(names)), verb.name
        assert len(letters) == len(set(letters)), verb.name


@pytest.mark.parametrize(
    "command",
    ["ls -A", "hist web -n shop", "del web -n shop", "un web", "inspect values stable/web", "-n shop get all web",
     "get -n shop notes web", "status web --revision 2 --show-resources", "list -aqf '^web$' -m 5", "version --short",
     "upgrade -i web stable/web --version v1.2.3-rc.1+b2 --set a=b,c=d --set-string e=1 --wait --atomic --reuse-values",
     "uninstall web --keep-history --cascade foreground", "rollback web 0 --wait", "test web --logs"],
)  # fmt: skip
def test_ordinary_commands_are_taken(command: str) -> None:
    parsed, verb = parse(f"helm {command}", TABLE)
    judge(parsed, verb, allow_write=True)
