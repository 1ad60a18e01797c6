"""Every setting: where it may come from, which place wins, and that something reads it."""

import ast
from pathlib import Path
from typing import Any

import pytest

import ack_mcp_server
from ack_mcp_server.auth.resolve import configured
from ack_mcp_server.cli import parser
from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.settings import Settings, load_settings, main_name, sources_of

SOURCE = Path(ack_mcp_server.__file__).parent
FIELDS = Settings.model_fields

# A value of each setting that is not its default, as text.
OTHER: dict[str, str] = {
    "region": "cn-beijing",
    "access_key_id": "LTAI5tOther",
    "access_key_secret": "s3cret",
    "alibaba_access_key_id": "LTAI5tOther",
    "alibaba_access_key_secret": "s3cret",
    "alibaba_security_token": "t0ken",
    "headers_only": "true",
    "default_cluster_id": "c1",
    "allow_write": "true",
    "toolsets": "ack",
    "transport": "sse",
    "host": "192.0.2.1",
    "port": "9000",
    "mcp_auth_token": "t0ken",
    "insecure": "true",
    "allowed_hosts": "a.example,b.example",
    "allowed_origins": "https://a.example",
    "kubeconfig_mode": "LOCAL",
    "kubeconfig_path": "/tmp/config",
    "k8s_in_cluster": "true",
    "k8s_namespace": "shop",
    "clusters": "c1,c2",
    "namespaces": "shop,web",
    "deny_kinds": "Secret",
    "allow_secrets": "true",
    "allow_kubeconfig_header": "true",
    "allow_kubeconfig_argument": "true",
    "write_policy": "confirm-all",
    "require_elicitation": "true",
    "allow_privileged": "true",
    "sandbox": "true",
    "result_format": "structured",
    "output_budget": "9000",
    "output_ceiling": "90000",
    "cs_endpoint": "http://127.0.0.1:1",
    "api_timeout": "5",
    "kubectl_timeout": "6",
    "helm_repositories": "stable=https://charts.example.com",
    "helm_timeout": "60",
    "argocd_namespace": "gitops",
    "cache_ttl": "7",
    "cache_max_size": "9",
    "prometheus_endpoint_mode": "LOCAL",
    "prometheus_http_api": "http://127.0.0.1:9090",
    "prometheus_by_cluster": "http://127.0.0.1:9091",
    "prometheus_token": "t0ken",
    "loki_url": "http://127.0.0.1:3100",
    "loki_by_cluster": "http://127.0.0.1:3101",
    "loki_tenant": "shop",
    "loki_username": "reader",
    "loki_password": "s3cret",
    "loki_token": "t0ken",
    "arms_endpoint": "http://127.0.0.1:1",
    "sls_endpoint": "http://127.0.0.1:1",
    "ai_tools": "true",
    "diagnose_poll_interval": "3",
    "diagnose_timeout": "30",
    "log_level": "ERROR",
    "development": "true",
}
# The other half of a key, without which the first would be refused.
PARTNERS = {
    "ACCESS_KEY_ID": {"ACCESS_KEY_SECRET": "x"},
    "ACCESS_KEY_SECRET": {"ACCESS_KEY_ID": "x"},
    "ACCESS_SECRET_KEY": {"ACCESS_KEY_ID": "x"},
    "ALIBABA_CLOUD_ACCESS_KEY_ID": {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x"},
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": {"ALIBABA_CLOUD_ACCESS_KEY_ID": "x"},
    "ALIBABA_CLOUD_SECURITY_TOKEN": {"ALIBABA_CLOUD_ACCESS_KEY_ID": "x", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x"},
}
VARIABLES = [(field, name) for field in FIELDS for name in sources_of(FIELDS[field])[0]]
FLAGS = [(field, flag) for field in FIELDS for flag in sources_of(FIELDS[field])[1]]


def from_environment(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], file: Path | None = None) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings({}, env_file=file)


def is_other(field: str, settings: Settings) -> bool:
    return bool(getattr(settings, field) != FIELDS[field].default)


def test_every_setting_has_an_example_here() -> None:
    assert set(OTHER) == set(FIELDS)


@pytest.mark.parametrize(("field", "name"), VARIABLES)
def test_every_variable_is_read(monkeypatch: pytest.MonkeyPatch, field: str, name: str) -> None:
    settings = from_environment(monkeypatch, {name: OTHER[field], **PARTNERS.get(name, {})})
    assert is_other(field, settings)


@pytest.mark.parametrize(("field", "name"), VARIABLES)
def test_every_variable_is_read_from_the_env_file(tmp_path: Path, field: str, name: str) -> None:
    lines = {name: OTHER[field], **PARTNERS.get(name, {})}
    file = tmp_path / ".env"
    file.write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
    assert is_other(field, load_settings({}, env_file=file))


@pytest.mark.parametrize(("field", "flag"), FLAGS)
def test_every_flag_is_read(field: str, flag: str) -> None:
    words = [flag] if FIELDS[field].annotation is bool else [flag, OTHER[field]]
    given = {name: value for name, value in vars(parser().parse_args(words)).items() if value is not None}
    settings = load_settings({**PARTNERS.get(main_name(FIELDS[field]), {}), **given}, env_file=None)
    assert is_other(field, settings)


def _attributes_read() -> set[str]:
    """Names read as `settings.x` or `self.settings.x` anywhere, or as `self.x` by the settings themselves."""
    read: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        owner = "self" if path.name == "settings.py" else "settings"
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and owner in ast.unparse(node.value):
                read.add(node.attr)
    return read


def test_every_setting_is_read_by_something() -> None:
    assert set(FIELDS) - _attributes_read() == set()


def test_a_flag_beats_the_environment_beats_the_file_beats_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("REGION_ID=cn-file\n")
    assert load_settings({}, env_file=None).region == "cn-hangzhou"
    assert load_settings({}, env_file=file).region == "cn-file"
    # An alias in a better place beats the main name in a worse one.
    assert from_environment(monkeypatch, {"ALIYUN_REGION": "cn-environment"}, file).region == "cn-environment"
    assert load_settings({"REGION_ID": "cn-flag"}, env_file=file).region == "cn-flag"


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = from_environment(
        monkeypatch, dict.fromkeys(("REGION_ID", "ACCESS_KEY_ID", "HTTP_PORT", "ALLOWED_HOSTS"), "")
    )
    assert settings == load_settings({}, env_file=None)


@pytest.mark.parametrize(
    "variables",
    [
        {"ACCESS_KEY_ID": "a"},
        {"ACCESS_KEY_SECRET": "a"},
        {"ACCESS_SECRET_KEY": "a"},
        {"ALIBABA_CLOUD_ACCESS_KEY_ID": "a"},
        {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "a"},
        {"ALIBABA_CLOUD_SECURITY_TOKEN": "a"},
        {"ACCESS_KEY_ID": "a", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "b"},
        {"ACCESS_KEY_ID": "a", "ACCESS_KEY_SECRET": "b", "ALIBABA_CLOUD_ACCESS_KEY_ID": "c"},
    ],
)
def test_half_a_key_is_an_error_that_names_the_other_half(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    with pytest.raises(ConfigurationError, match="half a key"):
        from_environment(monkeypatch, variables)


def test_a_token_beside_the_other_names_of_a_key_is_named_with_all_that_belongs_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = {"ACCESS_KEY_ID": "STS.x", "ACCESS_KEY_SECRET": "y", "ALIBABA_CLOUD_SECURITY_TOKEN": "z"}
    with pytest.raises(ConfigurationError) as caught:
        from_environment(monkeypatch, found)
    assert "ALIBABA_CLOUD_SECURITY_TOKEN is set and ALIBABA_CLOUD_ACCESS_KEY_ID is not" in caught.value.message
    whole = "ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN"
    assert f"(STS) key entirely as {whole}" in caught.value.next_step


def test_half_a_key_is_named_by_the_variable_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="ACCESS_SECRET_KEY is set and ACCESS_KEY_ID is not"):
        from_environment(monkeypatch, {"ACCESS_SECRET_KEY": "a"})


MIXED: list[tuple[dict[str, Any], dict[str, str], str]] = [
    ({"ACCESS_KEY_ID": "flag"}, {"ACCESS_KEY_ID": "e", "ACCESS_KEY_SECRET": "e"}, ""),
    ({}, {"ACCESS_KEY_ID": "e"}, "ACCESS_KEY_ID=f\nACCESS_KEY_SECRET=f\n"),
    ({}, {"ACCESS_KEY_SECRET": "e"}, "ACCESS_KEY_ID=f\nACCESS_KEY_SECRET=f\n"),
    ({}, {"ACCESS_KEY_ID": "e", "ACCESS_KEY_SECRET": "e"}, "CS_ENDPOINT=http://192.0.2.1\n"),
    (
        {},
        {"ALIBABA_CLOUD_ACCESS_KEY_ID": "e", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "e"},
        "CS_ENDPOINT=http://192.0.2.1\n",
    ),
    (
        {},
        {"ALIBABA_CLOUD_ACCESS_KEY_ID": "e", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "e"},
        "ALIBABA_CLOUD_SECURITY_TOKEN=f\n",
    ),
]


@pytest.mark.parametrize(("flags", "variables", "file"), MIXED)
def test_parts_of_two_keys_are_never_joined(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: dict[str, Any], variables: dict[str, str], file: str
) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(file)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=r"parts of two keys|an endpoint of another place"):
        load_settings(flags, env_file=env_file)


def test_an_id_on_the_command_line_takes_its_secret_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESS_KEY_SECRET", "s3cret")
    settings = load_settings({"ACCESS_KEY_ID": "flag"}, env_file=None)
    assert (settings.access_key_id, settings.access_key_secret.get_secret_value()) == ("flag", "s3cret")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PORT", "70000"),
        ("HTTP_PORT", "x"),
        ("MCP_TRANSPORT", "websocket"),
        ("KUBECONFIG_MODE", "REMOTE"),
        ("API_TIMEOUT", "0"),
        ("API_TIMEOUT", "nan"),
        ("CACHE_MAX_SIZE", "0"),
        ("REGION_ID", "evil.example.com/"),
        ("FASTMCP_LOG_LEVEL", "LOUD"),
        ("RESULT_FORMAT", "xml"),
        ("DEVELOPMENT", "perhaps"),
        ("ACCESS_KEY_ID", "…"),
        ("ACCESS_KEY_SECRET", "s3\ncret"),
        ("ACCESS_KEY_SECRET", " \n"),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI 5t"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "sécret"),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "…"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_environment(monkeypatch, {**PARTNERS.get(name, {}), name: value})
    assert f"{name}: " in caught.value.message


def test_a_key_that_is_not_used_does_not_have_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    template = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "<your key>", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "<your secret>"}
    settings = from_environment(monkeypatch, {**template, "ACCESS_KEY_ID": "LTAI5t", "ACCESS_KEY_SECRET": "s3cret"})
    used = configured(settings)
    assert used and (used.access_key_id, used.access_key_secret) == ("LTAI5t", "s3cret")


@pytest.mark.parametrize("prefix", ["", "ALIBABA_CLOUD_"])
def test_the_newline_at_the_end_of_a_key_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    given = {f"{prefix}ACCESS_KEY_ID": "LTAI5t\n", f"{prefix}ACCESS_KEY_SECRET": " s3cret\r\n"}
    used = configured(from_environment(monkeypatch, given))
    assert used and (used.access_key_id, used.access_key_secret) == ("LTAI5t", "s3cret")


def test_a_secret_in_the_wrong_place_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_environment(monkeypatch, {"HTTP_PORT": "s3cret-in-the-wrong-place"})
    assert "s3cret" not in caught.value.message


def test_settings_do_not_show_secrets() -> None:
    settings = load_settings({"ACCESS_KEY_ID": "id", "ACCESS_KEY_SECRET": "s3cret"}, env_file=None)
    assert "s3cret" not in f"{settings!r} {settings} {settings.model_dump_json()}"


def test_the_log_level_and_the_mode_may_be_lower_case(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = from_environment(monkeypatch, {"FASTMCP_LOG_LEVEL": "debug", "KUBECONFIG_MODE": "local"})
    assert (settings.log_level, settings.kubeconfig_mode) == ("DEBUG", "LOCAL")


def test_a_flag_may_be_lower_case_where_its_variable_may() -> None:
    parsed = parser().parse_args(["--kubeconfig-mode", "local", "--prometheus-endpoint-mode", "arms_private"])
    assert {parsed.KUBECONFIG_MODE, parsed.PROMETHEUS_ENDPOINT_MODE} == {"LOCAL", "ARMS_PRIVATE"}


def test_names_are_told_apart_by_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("access_key_id", "lower-case")
    assert load_settings({}, env_file=None).access_key_id == ""


def test_no_variable_can_stand_for_a_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("--allow-write", "true")
    monkeypatch.setenv("--insecure", "true")
    settings = load_settings({}, env_file=None)
    assert not settings.allow_write
    assert not settings.insecure


def test_a_wrong_region_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError) as caught:
        from_environment(monkeypatch, {"REGION_ID": "s3cretInTheWrongPlace"})
    assert "s3cret" not in caught.value.message


@pytest.mark.parametrize("path", ["kubeconfig", "./kubeconfig", "{cwd}/kubeconfig", "~/ok:{cwd}/kubeconfig"])
def test_a_kubeconfig_of_the_working_directory_is_not_taken_from_its_env_file(tmp_path: Path, path: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"KUBECONFIG_PATH={path.replace('{cwd}', str(tmp_path))}\n")
    with pytest.raises(ConfigurationError, match="KUBECONFIG_PATH"):
        load_settings({}, env_file=file)


def test_a_kubeconfig_elsewhere_may_be_named_in_the_env_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("KUBECONFIG_PATH=/etc/kubernetes/lab.conf\n")
    assert load_settings({}, env_file=file).kubeconfig_path == "/etc/kubernetes/lab.conf"
