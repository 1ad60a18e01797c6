"""The chart's files agree with each other, with the server's settings and with the image. Nothing is rendered here."""

import json
import re
from typing import Any

import jsonschema
import pytest
import yaml

from ack_mcp_server import __version__
from ack_mcp_server.settings import Settings, choices_of
from tests.deploy.deploy_tools import CHART

VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())
TEMPLATES = sorted((CHART / "templates").iterdir())
TEXT = "".join(path.read_text() for path in TEMPLATES)
REFERENCE = re.compile(r"\.Values\.([A-Za-z.]+)")
FREE = ("resources", "startupProbe", "readinessProbe", "livenessProbe", "podSecurityContext", "securityContext")


def paths(values: dict[str, Any], prefix: str = "") -> set[str]:
    """The dotted names of all values; those that are passed on whole are not looked into."""
    found: set[str] = set()
    for name, value in values.items():
        inner = isinstance(value, dict) and value and name not in FREE
        found |= paths(value, f"{prefix}{name}.") if inner else {prefix + name}
    return found


def test_every_value_that_a_template_names_exists() -> None:
    named = set(REFERENCE.findall(TEXT))
    tops = {path.split(".")[0] for path in paths(VALUES)}
    assert {name for name in named if name not in paths(VALUES) | tops} == set()


def test_every_value_is_used() -> None:
    listed = set(re.findall(r'"(\w+)"', " ".join(re.findall(r"range \$\w+ := list (.*?) }}", TEXT))))
    assert paths(VALUES) - set(REFERENCE.findall(TEXT)) - listed == set()


def test_the_schema_knows_exactly_the_values() -> None:
    def known(schema: dict[str, Any], prefix: str = "") -> set[str]:
        found: set[str] = set()
        for name, each in schema["properties"].items():
            found |= known(each, f"{prefix}{name}.") if "properties" in each else {prefix + name}
        return found

    assert known(SCHEMA) - {"global"} == paths(VALUES)
    assert SCHEMA["additionalProperties"] is False


def test_the_defaults_fit_their_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(VALUES, SCHEMA)


@pytest.mark.parametrize(
    ("value", "field"),
    [("kubeconfigMode", "kubeconfig_mode"), ("resultFormat", "result_format"), ("logLevel", "log_level")],
)
def test_the_schemas_choices_are_the_servers(value: str, field: str) -> None:
    assert tuple(SCHEMA["properties"][value]["enum"]) == choices_of(Settings.model_fields[field])


def test_the_chart_offers_the_transports_that_can_be_reached_over_the_network() -> None:
    assert {*SCHEMA["properties"]["transport"]["enum"], "stdio"} == set(choices_of(Settings.model_fields["transport"]))


def test_safety_is_the_default() -> None:
    loosening = ("allowWrite", "allowSecrets", "allowPrivileged", "allowKubeconfigHeader", "allowKubeconfigArgument")
    assert {VALUES[name] for name in loosening} == {False}
    assert VALUES["writePolicy"] == Settings.model_fields["write_policy"].default
    assert VALUES["rbac"]["secrets"] is False
    assert "--insecure" not in TEXT


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_tab_and_close_what_they_open(path: Any) -> None:
    text = path.read_text()
    opened = re.findall(r"{{-?\s*(?:if|with|range|define)\b", text)
    assert "\t" not in text
    assert len(opened) == len(re.findall(r"{{-?\s*end\b", text))


def test_the_charts_versions_are_the_servers() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (chart["version"], chart["appVersion"]) == (__version__, __version__)


def test_the_charts_readme_tells_every_value() -> None:
    told = set(re.findall(r"`([A-Za-z.]+)`", (CHART / "README.md").read_text()))
    assert paths(VALUES) - told == set()
