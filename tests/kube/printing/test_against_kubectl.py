"""The printers and the real kubectl on the same values; one start of kubectl prints many."""

import json
import random
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ack_mcp_server.kube.printing.columns import compile_columns
from ack_mcp_server.kube.printing.json import as_json
from ack_mcp_server.kube.printing.jsonpath import compile_path
from ack_mcp_server.kube.printing.sorting import sort_rows, sort_table
from ack_mcp_server.kube.printing.table import cell_text, render_rows
from ack_mcp_server.kube.printing.yaml import as_yaml
from tests.conftest import needs
from tests.kube.printing.things import Things, serving
from tests.kube.printing.values import objects

pytestmark = needs("kubectl")

PATHS = (
    """
.spec.containers[*].name|.spec.containers[0]|.spec.containers[-1:].name|.spec.nums[::2]|.spec.nums[0,-1]|..p|.spec.nums
.spec.containers[?(@.name=="b")].image|.spec.containers[?(@.ports)].name|.spec.nums[?(@>=2)]|['metadata']['name']
.spec.containers[?(@.name!='a')]['name','image']|.metadata.labels.app\\.io/x|.spec.missing[3].x|.spec.big
.spec.containers[*].ports[*].p|.spec.containers[0:2].cpu|.spec.on|"it's \\"\\u00e9\\"\\n"|'\\t'|12|-1.5|true|.spec.text
""".strip()
    .replace("\n", "|")
    .split("|")
)
LOOPS = (
    "{range .spec.containers[*]}{.name}{range .ports[*]} {.p}{end}{'\\n'}{end}{range .nope}{.x}{end}{range .spec.nums}x"
)
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "labels": {"app.io/x": "v1"}},
    "spec": {
        "containers": [
            {"name": "a", "image": "i:1", "ports": [{"p": 80}, {"p": 443}]},
            {"name": "b", "image": "<i>&", "cpu": 1.5},
        ],
        "nums": [1, 2, 3],
        "big": 1e21,
        "on": True,
        "text": "é 😀 \u2028 <",
    },
}


def label(path: Path, *values: dict[str, Any], form: str) -> str:
    """Labels objects in a file without a server, which changes nothing but prints them."""
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": values}))
    return run("label", "--local", "-f", str(path), "none-", "-o", form)


def run(*arguments: str) -> str:
    done = subprocess.run(["kubectl", *arguments], capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_objects_are_the_same_in_json_and_yaml(tmp_path: Path) -> None:
    values = list(objects(random.Random(7), 200))
    for form, printer in (("json", as_json), ("yaml", as_yaml)):
        assert label(tmp_path / "in.json", *values, form=form) == "".join(map(printer, values))


def test_paths_find_and_print_the_same(tmp_path: Path) -> None:
    for template in (" ~ ".join(f"{{{path}}}" for path in PATHS), LOOPS):
        path = compile_path(template)
        assert label(tmp_path / "in.json", POD, form=f"jsonpath={template}") == path.render(POD)
        assert label(tmp_path / "in.json", POD, form=f"jsonpath-as-json={template}") == path.render_json(POD)


@pytest.fixture(scope="module")
def things() -> Iterator[Things]:
    with serving() as found:
        yield found


def get(things: Things, tmp_path: Path, *arguments: str) -> str:
    return run("--server", things.url, "--cache-dir", str(tmp_path / "cache"), "get", "things", *arguments)


def test_tables_with_tabs_and_breaks_in_cells_are_the_same(things: Things, tmp_path: Path) -> None:
    choose = random.Random(3)
    alphabet = ["a", "bb", "é中", "\t", "\n", "\x1b", "\v", "\f", " ", *string.ascii_letters]
    things.rows = [
        ["".join(choose.choices(alphabet, k=choose.randrange(9))), choose.choice([None, 1, 1.5, "x", True]), str(row)]
        for row in range(60)
    ]
    rows = [["NAME", "WHERE", "LAST"], *([cell_text(cell) for cell in row] for row in things.rows)]
    assert get(things, tmp_path) == "".join(f"{line}\n" for line in render_rows(rows))
    spec = "ALL:.cells[*],CELLS:.cells,NAME:.metadata.name"
    assert get(things, tmp_path, "-o", f"custom-columns={spec}") == compile_columns(spec).render(things.objects)


@pytest.mark.parametrize("size, missing", [(12, 0.3), (350, 0)])
def test_equal_rows_fall_in_the_same_order(things: Things, tmp_path: Path, size: int, missing: float) -> None:
    """Few are equal: how Go shuffles long lists of equal rows depends on the version that built kubectl."""
    choose = random.Random(size)
    texts = [None, "1Ki", "1Mi", *(f"{number}{suffix}" for number in range(1, 40) for suffix in ("m", "", "k"))]
    things.rows = [[choose.choice(texts) if choose.random() >= missing else ..., 0, ""] for _ in range(size)]
    listed = sort_rows(things.objects, ".first")
    assert get(things, tmp_path, "--sort-by=.first", "-o", "name").split() == [f"thing/n{place}" for place in listed]
    assert listed == sort_table(things.objects, ".first")
