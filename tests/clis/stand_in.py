"""A small script in a program's place: it notes how it was called, and prints what the program prints."""

from dataclasses import dataclass
from pathlib import Path

# What is called is told by the verb, by whether it is rehearsed, and by a revision: `upgrade.dry`, `status.2`.
_SCRIPT = """#!/bin/sh
here='{folder}'
key="$1"; case "$1" in
  get|show|proxy-config|ztunnel-config|experimental|tag|waypoint|app|appset|proj) key="$1.$2";;
esac
line=""
for word in "$@"; do
  line="$line$word\t"
  case "$word" in --dry-run=*) key="$key.dry";; --revision=*) key="$key.${{word#--revision=}}";; esac
done
printf '%s\\n' "$line" >> "$here/calls"
env > "$here/env"
pwd > "$here/cwd"
case "$line" in *--values=-*) cat > "$here/stdin";; esac
test -f "$here/$key.err" && cat "$here/$key.err" >&2
test -f "$here/$key.out" && cat "$here/$key.out"
test -f "$here/$key.run" && . "$here/$key.run"
test ! -f "$here/$key.err" || exit 1
"""


@dataclass(frozen=True)
class StandIn:
    folder: Path

    @classmethod
    def at(cls, folder: Path, program: str = "helm") -> "StandIn":
        (folder / "bin").mkdir(parents=True)
        script = folder / "bin" / program
        script.write_text(_SCRIPT.format(folder=folder))
        script.chmod(0o755)
        return cls(folder)

    def prints(self, key: str, text: str) -> None:
        (self.folder / f"{key}.err").unlink(missing_ok=True)
        (self.folder / f"{key}.out").write_text(text)

    def fails(self, key: str, text: str) -> None:
        (self.folder / f"{key}.err").write_text(text)

    def runs(self, key: str, shell: str) -> None:
        (self.folder / f"{key}.run").write_text(shell)

    @property
    def calls(self) -> list[list[str]]:
        """Without the kubeconfig, which is named last."""
        calls = self.folder / "calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        return [[word for word in line.split("\t") if word and "--kubeconfig=" not in word] for line in lines]

    def noted(self, what: str) -> str:
        return (self.folder / what).read_text()
