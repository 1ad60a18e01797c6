"""Every kubectl verb: whether it reads, writes or is never offered, and what it takes."""

from collections.abc import Mapping

from ack_mcp_server.kube.table.model import Effect, Flag, Grammar, Verb
from ack_mcp_server.kube.table.others import NEVERS
from ack_mcp_server.kube.table.reads import READS
from ack_mcp_server.kube.table.writes import OFFERED as OFFERED_WRITES
from ack_mcp_server.kube.table.writes import WRITES

VERBS: Mapping[str, Verb] = {verb.name: verb for verb in (*READS, *WRITES, *NEVERS)}

GROUPS = frozenset(name.split()[0] for name in VERBS if " " in name)
"""First words that want a second one, unless they are a verb by themselves (`apply`, `cluster-info`)."""

ALIASES = {
    "create cm": "create configmap",
    "create deploy": "create deployment",
    "create ns": "create namespace",
    "create resourcequota": "create quota",
    "create sa": "create serviceaccount",
}

OFFERED = tuple(verb.name for verb in READS)


def leading_flag(name: str) -> Flag | None:
    """A flag that may stand before the verb: one that means the same to every verb that has it."""
    found = {flag for verb in (*READS, *OFFERED_WRITES) for flag in verb.flags if name in (flag.name, flag.short)}
    return found.pop() if len(found) == 1 else None


def as_text(*, writing: bool = False) -> str:
    """What is offered, for the verb `options`."""
    lines = []
    for verb in (*READS, *(OFFERED_WRITES if writing else ())):
        flags = " ".join(f"-{flag.short}|--{flag.name}" if flag.short else f"--{flag.name}" for flag in verb.flags)
        formats = f" -o {'|'.join(sorted(verb.formats))}" if verb.formats else ""
        takes = "" if verb.grammar is Grammar.NONE else f" {verb.grammar.value}"
        lines.append(f"{verb.name}{takes}: {verb.about}. {flags}{formats}")
    return "\n".join(lines)


def as_markdown() -> str:
    """The whole table, for DESIGN.md and for models that want to know."""
    rows = ["| Verb | | Takes | Flags | Formats or instead |", "|---|---|---|---|---|"]
    for verb in sorted(VERBS.values(), key=lambda verb: (list(Effect).index(verb.effect), verb.name)):
        flags = " ".join(f"-{flag.short}/--{flag.name}" if flag.short else f"--{flag.name}" for flag in verb.flags)
        takes = verb.grammar.value if verb.is_offered else ""
        rest = ", ".join(sorted(verb.formats)) or verb.instead
        rows.append(f"| {verb.name} | {verb.effect.value}: {verb.about} | {takes} | {flags} | {rest} |")
    return "\n".join(rows)
