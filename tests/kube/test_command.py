"""From words to a command: what is read, what is refused, and what kubectl would be given."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.errors import AckError, InvalidInput, NotEnabled, WriteNotAllowed
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.kube.policy import judge
from ack_mcp_server.kube.table.flags import REASONS
from ack_mcp_server.kube.table.reads import READS


def judged(text: str, *, allow_write: bool = False) -> Command:
    """What would be run."""
    command = parse(text)
    judge(command, allow_write=allow_write)
    return command


READ: list[tuple[str, list[str]]] = [
    ("get pods", ["get", "pods"]),
    ("kubectl get pods", ["get", "pods"]),
    ("-n shop get pods", ["get", "pods", "--namespace=shop"]),
    ("--namespace=shop get pods", ["get", "pods", "--namespace=shop"]),
    ("get pods -n=shop", ["get", "pods", "--namespace=shop"]),
    ("get pods -nshop", ["get", "pods", "--namespace=shop"]),
    ("get pods --namespace shop", ["get", "pods", "--namespace=shop"]),
    ("get pods -A -o wide", ["get", "pods", "--all-namespaces=true", "--output=wide"]),
    ("get pods -Aowide", ["get", "pods", "--all-namespaces=true", "--output=wide"]),
    ("get pods -l app=credit", ["get", "pods", "--selector=app=credit"]),
    ("get pod/web-1 svc/web", ["get", "pod/web-1", "svc/web"]),
    (
        "get pods -o jsonpath='{.items[*].metadata.name}'",
        ["get", "pods", "--output=jsonpath={.items[*].metadata.name}"],
    ),
    ("describe node n1", ["describe", "node", "n1"]),
    ("logs web-1 -c app --tail=50 -p", ["logs", "web-1", "--container=app", "--tail=50", "--previous=true"]),
    ("logs deploy/web --since 1h --timestamps=true", ["logs", "deploy/web", "--since=1h", "--timestamps=true"]),
    ("top pods -n shop --containers", ["top", "pods", "--namespace=shop", "--containers=true"]),
    ("version", ["version"]),
]


@pytest.mark.parametrize(("command", "argv"), READ)
def test_ordinary_commands_are_read(command: str, argv: list[str]) -> None:
    assert judged(command).argv == argv


@pytest.mark.parametrize(
    "command",
    [
        "get pods --kubeconfig=/tmp/x",
        "get pods --server https://evil.example",
        "get pods -s https://evil.example",
        "get pods --as=admin",
        "get pods --token=t",
        "get pods --context=other",
        "get pods --cache-dir=/tmp",
        "get pods --profile=cpu --profile-output=/tmp/p",
        "get pods -v=9",
        "get pods --v=9",
        "get pods -f /etc/passwd",
        "get pods -k .",
        "get --raw /api",
        "get pods --NAMESPACE=x",
        "get pods --all_namespaces",
        "get pods --",
        "get pods -- -f x",
        "get pods -",
        "get pods -o go-template-file=/etc/passwd",
        "get pods -o jsonpath-file=/etc/passwd",
        "get pods -o custom-columns-file=/etc/passwd",
        "get pods -o templatefile=/etc/passwd",
        "get pods -o JSON",
        "describe pods -o yaml",
        "--server=x get pods",
        "-s x get pods",
        "plugin list",
        "proxy",
        "port-forward svc/web 80",
        "kustomize .",
        "GET pods",
        "sh -c id",
    ],
)
def test_what_is_not_offered_is_refused(command: str) -> None:
    with pytest.raises((NotEnabled, InvalidInput)) as refused:
        judged(command)
    assert refused.value.next_step


@pytest.mark.parametrize("command", ["", "kubectl", "-A", "get pods -n", "get pods --output", "get pods -A=perhaps"])
def test_half_a_command_is_refused(command: str) -> None:
    with pytest.raises((InvalidInput, NotEnabled)):
        judged(command)


@pytest.mark.parametrize(
    "command", ["delete pod x", "apply", "-n shop scale deploy/web --replicas=0", "exec web -- sh"]
)
def test_a_change_names_the_flag_that_would_allow_it(command: str) -> None:
    with pytest.raises(WriteNotAllowed) as refused:
        judged(command)
    assert "--allow-write" in refused.value.next_step


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("scale deploy/web --replicas 3 -n shop", ["scale", "deploy/web", "--replicas=3", "--namespace=shop"]),
        ("label pods x a=b c- --overwrite", ["label", "pods", "x", "a=b", "c-", "--overwrite=true"]),
        ("set image deploy web app=a:2", ["set", "image", "deploy", "web", "app=a:2"]),
        ("taint nodes n1 a=b:NoSchedule c:NoExecute-", ["taint", "nodes", "n1", "a=b:NoSchedule", "c:NoExecute-"]),
        ("create ns shop", ["create", "namespace", "shop"]),
        (
            "exec web -c app -- sh -c 'ls | wc -l' --x",
            ["exec", "web", "--container=app", "--", "sh", "-c", "ls | wc -l", "--x"],
        ),
    ],
)
def test_where_writing_is_allowed_changes_are_read_like_everything_else(text: str, argv: list[str]) -> None:
    command = parse(text, writing=True)
    judge(command, allow_write=True)
    assert command.argv == argv


@pytest.mark.parametrize(
    "text",
    [
        "apply -f x.yaml",
        "apply -k .",
        "create -f -",
        "delete -f x.yaml",
        "create secret generic x --from-file=a",
        "create configmap x --from-file=/etc/passwd",
        "patch deploy x --patch-file=/etc/passwd",
        "exec -it web -- sh",
        "exec web",
        "exec web ls",
        "delete pods x --raw=/api",
        "drain n1 --disable-eviction",
        "label pods x",
        "set env deploy/x --resolve",
        "set env deploy/x - ",
        "scale deploy/x --replicas=1 -f x",
        "delete pods -A --all",
        "replace --force",
        "patch deploy x -p {} -o yaml",
        "run x --image=y",
        "debug node/x",
        "label pods x a=b --list",
        "apply edit-last-applied deploy/x",
    ],
)
def test_a_change_by_another_way_is_refused_also_where_writing_is_allowed(text: str) -> None:
    with pytest.raises((NotEnabled, InvalidInput)):
        judge(parse(text, writing=True), allow_write=True)


@pytest.mark.parametrize("text", ["apply -f -", "create --filename=-", "delete -f https://evil.example/x.yaml"])
def test_a_file_of_objects_is_refused_with_the_argument_that_holds_them(text: str) -> None:
    with pytest.raises(NotEnabled, match=r"leave it out: what is read is the argument manifest$"):
        parse(text, writing=True)


FLAGS = sorted({f"--{flag.name}" for verb in READS for flag in verb.flags if not flag.ours})
WORDS = st.one_of(
    st.sampled_from(
        [
            *(verb.name for verb in READS),
            *FLAGS,
            "-A",
            "-n",
            "-o",
            "-l",
            "pods",
            "shop",
            "--kubeconfig",
            "--server=x",
            "-f",
            "--",
            "-",
        ]
    ),
    st.text("-=abAnop./'\"\\ ", max_size=8),
)


@given(st.lists(WORDS, max_size=8))
def test_no_accepted_command_holds_a_flag_that_is_not_offered(words: list[str]) -> None:
    try:
        command = judged(" ".join(words))
    except AckError:
        return
    offered = {f"--{flag.name}" for flag in command.verb.flags}
    given_flags = [word for word in command.argv if word.startswith("-")]
    assert {word.partition("=")[0] for word in given_flags} <= offered


@given(st.text(max_size=80))
def test_no_text_raises_anything_but_our_own_errors(text: str) -> None:
    try:
        judged(text)
    except AckError as refused:
        assert refused.next_step


@given(st.lists(WORDS, max_size=8))
def test_what_is_rendered_is_read_back_as_the_same_command(words: list[str]) -> None:
    try:
        command = judged(" ".join(words))
    except AckError:
        return
    assert judged(shlex.join(command.argv)) == command


DENIED = sorted(REASONS)
SPELLINGS = [
    "--{0}", "--{0}=x", "--{0} x", "-{0}", "-{0}=x", "-A{0}", "--{1}", "--{1}=x", "--{2}", "--{2}=x", "'--{0}'=x",
    '--{0}"="x', "\\-\\-{0} x", '"--{0}" x',
]  # fmt: skip


@given(
    st.sampled_from([*(verb.name for verb in READS)]),
    st.sampled_from(DENIED),
    st.sampled_from(SPELLINGS),
    st.booleans(),
)
def test_a_denied_flag_passes_in_no_spelling(verb: str, name: str, spelling: str, leading: bool) -> None:
    flag = spelling.format(name, name.upper(), name.replace("-", "_"))
    # Some verbs have a harmless flag of the same letter: `logs -f`, `top -s` …
    own = {given for known in READS if known.name == verb for f in known.flags for given in (f.name, f.short)}
    text = f"{flag} {verb} pods" if leading else f"{verb} pods {flag}"
    try:
        command = judged(text)
    except AckError:
        return
    # `-local` is `-l ocal` to kubectl too; what counts is what is rendered.
    rendered = {word.lstrip("-").partition("=")[0] for word in command.argv if word.startswith("-")}
    assert rendered <= own
    assert name not in rendered or name in own
