"""Whether a change runs, is shown first, or is refused: one list of rules, the first that fits decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.kube.table.writes import WRITES
from ack_mcp_server.kube.writes.change import Change, Touched
from ack_mcp_server.kube.writes.effects import OVERWRITTEN, UNHELD, ZERO, effects

ANY = "*"
CLUSTER_SCOPED = "(cluster)"  # in the place of a namespace
CLOUD = "(cloud)"  # likewise, for clusters, node pools, addons and tasks


class Decision(StrEnum):
    RUN = "run"
    ASK = "ask"
    REFUSE = "refuse"


_STRICTNESS = (Decision.RUN, Decision.ASK, Decision.REFUSE)


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What rules look at: one object, and what is done to it, each by all of its names."""

    verbs: tuple[str, ...]
    kinds: tuple[str, ...]
    place: str
    cluster_id: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Fits a deed when each list names it; `*` names everything. Kinds go by all names that kubectl takes, in lower
    case."""

    decision: Decision
    verbs: tuple[str, ...] = (ANY,)
    kinds: tuple[str, ...] = (ANY,)
    namespaces: tuple[str, ...] = (ANY,)
    clusters: tuple[str, ...] = (ANY,)

    def fits(self, deed: Deed) -> bool:
        return (
            _named(self.verbs, *deed.verbs)
            and _named(self.kinds, *deed.kinds, *(kind.removesuffix("s") for kind in deed.kinds))
            and _named(self.namespaces, deed.place)
            and _named(self.clusters, deed.cluster_id)
        )


PROTECTED = ("kube-system", "kube-public", "kube-node-lease", CLUSTER_SCOPED)
DESTRUCTIVE = ("delete", "drain", "replace", "exec", ZERO, UNHELD, OVERWRITTEN)
# Of the cloud: nodes that go, versions from which nothing leads back, settings, and what costs a cluster's price.
DESTRUCTIVE_IN_CLOUD = ("scale in", "upgrade", "configure", "cancel", "create_cluster")

# What tools beside kubectl call their changes; a rule that says another word would never fit.
CLOUD_VERBS = frozenset((
    *DESTRUCTIVE_IN_CLOUD, "install", "uninstall", "delete", "drain", "pause", "resume", "scale_nodepool",
    "remove_nodepool_nodes", "create_nodepool", "modify_nodepool", "delete_nodepool", "upgrade_nodepool",
    "fix_nodepool_vulnerabilities", "manage_cluster_addon", "modify_cluster", "upgrade_cluster", "delete_cluster",
    "control_task",
))  # fmt: skip
CLI_VERBS = frozenset((
    "helm", "helm install", "helm upgrade", "helm rollback", "helm uninstall", "helm test", "argocd",
    "argocd app sync", "argocd app rollback", "argocd app terminate-op", "argocd app delete",
))  # fmt: skip
_KUBECTL_VERBS = frozenset(word for verb in WRITES for word in (verb.name, verb.name.split()[0]))
VERBS = frozenset((ANY, ZERO, UNHELD, OVERWRITTEN)) | CLOUD_VERBS | CLI_VERBS | _KUBECTL_VERBS

POLICIES: Mapping[str, tuple[Rule, ...]] = {
    "direct": (Rule(decision=Decision.RUN),),
    "confirm": (
        Rule(decision=Decision.ASK, verbs=(*DESTRUCTIVE, *DESTRUCTIVE_IN_CLOUD)),
        Rule(decision=Decision.ASK, namespaces=PROTECTED),
        Rule(decision=Decision.RUN),
    ),
    "confirm-all": (Rule(decision=Decision.ASK),),
}


def decide(rules: Iterable[Rule], change: Change) -> Decision:
    """The strictest decision about any object that the change touches; what no rule fits is shown first."""
    return judge(rules, [_deed(change, touched) for touched in change.touched])


def refused(rules: Iterable[Rule], change: Change) -> tuple[Touched, ...]:
    """The objects for which the rules refuse the change."""
    listed = tuple(rules)
    return tuple(each for each in change.touched if _first(listed, _deed(change, each)) is Decision.REFUSE)


def judge(rules: Iterable[Rule], deeds: Iterable[Deed]) -> Decision:
    """The same of deeds."""
    listed = tuple(rules)
    return max((_first(listed, deed) for deed in deeds), key=_STRICTNESS.index, default=Decision.ASK)


def _deed(change: Change, touched: Touched) -> Deed:
    resource = touched.resource
    return Deed(
        verbs=(change.verb, change.verb.split()[0], *effects(change, touched)),
        kinds=(*resource.called, resource.group_kind),
        place=touched.namespace or CLUSTER_SCOPED,
        cluster_id=change.cluster_id,
    )


def _first(rules: tuple[Rule, ...], deed: Deed) -> Decision:
    return next((rule.decision for rule in rules if rule.fits(deed)), Decision.ASK)


def _named(names: tuple[str, ...], *found: str) -> bool:
    return ANY in names or any(name in names for name in found)


def rules_of(policy: str) -> tuple[Rule, ...]:
    """Of a policy's name, or of a YAML file with a list of rules. Raises ConfigurationError."""
    if policy in POLICIES:
        return POLICIES[policy]
    import yaml

    try:
        entries = yaml.safe_load(Path(policy).expanduser().read_text(encoding="utf-8"))
        return tuple(_rule(entry) for entry in entries)
    except OSError as exc:
        raise ConfigurationError(
            f"--write-policy is {policy!r}: no policy and no file that can be read",
            next_step=f"Use one of {', '.join(POLICIES)}, or the path of a file with rules.",
        ) from exc
    except (yaml.YAMLError, TypeError, ValueError, KeyError, AttributeError) as exc:
        raise ConfigurationError(
            f"the rules in {policy} cannot be read ({exc})",
            next_step="Write a list of rules: {decision: run|ask|refuse, verbs: [], kinds: [], namespaces: [], "
            "clusters: []}; README has the words.",
        ) from exc


def _rule(entry: Mapping[str, Any]) -> Rule:
    lists = {name: tuple(map(str, value)) for name, value in entry.items() if name != "decision"}
    if any(isinstance(value, str) for name, value in entry.items() if name != "decision"):
        raise ValueError("verbs, kinds, namespaces and clusters are lists")
    lists |= {name: tuple(map(str.lower, lists[name])) for name in ("verbs", "kinds") if name in lists}
    if unknown := [verb for verb in lists.get("verbs", ()) if verb not in VERBS]:
        raise ValueError(f"{unknown[0]!r} is no verb that changes something")
    return Rule(decision=Decision(entry["decision"]), **lists)
