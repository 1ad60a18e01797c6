"""Every setting of the server: name, type, unit, default and where it may come from.

A command-line flag beats an environment variable beats `.env` beats the default. An empty value counts as absent.
Blanks and newlines around a key are dropped: files of secrets end with one.
What loosens safety (`--allow-write`, `--insecure`, `--sandbox`) is a flag only: it is said, not inherited.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from dotenv import dotenv_values
from pydantic import AliasChoices, BeforeValidator, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from ack_mcp_server import identifiers
from ack_mcp_server.answers.room import BUDGET, CEILING, SMALLEST
from ack_mcp_server.errors import ConfigurationError, InvalidInput
from ack_mcp_server.key_families import check_key_families, is_sendable
from ack_mcp_server.observability_settings import ObservabilitySettings
from ack_mcp_server.setting_fields import Names, PerClusterSource, setting, upper
from ack_mcp_server.untrusted_directory import check_kubeconfig_of

Transport = Literal["stdio", "http", "sse"]
KubeconfigMode = Literal["ACK_PUBLIC", "ACK_PRIVATE", "INCLUSTER", "LOCAL"]
ResultFormat = Literal["text", "structured"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]

_OFF = ("false", "0", "no", "off", "f", "n")


class Settings(ObservabilitySettings):
    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        case_sensitive=True,
        env_ignore_empty=True,
        env_file_encoding="utf-8",
        hide_input_in_errors=True,
    )

    region: str = setting(
        "cn-hangzhou",
        "Region of calls that name no cluster.",
        env=("REGION_ID", "ALIYUN_REGION"),
        flags=("--region", "-r"),
    )
    access_key_id: str = setting(
        "", "AccessKey id that the server acts with.", env=("ACCESS_KEY_ID",), flags=("--access-key-id",)
    )
    access_key_secret: SecretStr = setting(
        SecretStr(""),
        "Its secret. As a flag it is visible in the process list; prefer the variable.",
        env=("ACCESS_KEY_SECRET", "ACCESS_SECRET_KEY"),
        flags=("--access-key-secret",),
    )
    alibaba_access_key_id: str = setting(
        "", "AccessKey id by its SDK name; used when ACCESS_KEY_ID is absent.", env=("ALIBABA_CLOUD_ACCESS_KEY_ID",)
    )
    alibaba_access_key_secret: SecretStr = setting(
        SecretStr(""), "Its secret.", env=("ALIBABA_CLOUD_ACCESS_KEY_SECRET",)
    )
    alibaba_security_token: SecretStr = setting(
        SecretStr(""),
        "Its STS token; a temporary key has these three names and no others.",
        env=("ALIBABA_CLOUD_SECURITY_TOKEN",),
    )
    headers_only: bool = setting(
        False,
        "Refuse HTTP requests that bring no credentials of their own.",
        env=("HEADERS_ONLY",),
        flags=("--headers-only",),
    )
    default_cluster_id: str = setting(
        "", "Cluster of calls that name none.", env=("DEFAULT_CLUSTER_ID",), flags=("--default-cluster-id",)
    )
    allow_write: bool = setting(False, "Offer tools and commands that change things.", flags=("--allow-write",))
    write_policy: str = setting(
        "confirm", "Which changes run and which are shown first: confirm (destructive ones are shown), confirm-all, "
        "direct (all run), or a YAML file with rules.", flags=("--write-policy",),
    )  # fmt: skip
    require_elicitation: bool = setting(
        False, "Make changes that are to be shown first only where the client can ask a person.",
        env=("REQUIRE_ELICITATION",), flags=("--require-elicitation",),
    )  # fmt: skip
    allow_privileged: bool = setting(
        False, "Make pods with host access, privileges or added capabilities.", flags=("--allow-privileged",)
    )
    toolsets: Names = setting(
        (), "Toolsets to offer, comma-separated: names, all, or default. Empty means default: ack, kubectl, "
        "prometheus, sls, audit, diagnose; with --allow-write lifecycle too, with LOKI_URL loki.",
        env=("TOOLSETS",), flags=("--toolsets",),
    )  # fmt: skip
    transport: Transport = setting(
        "stdio", "How clients reach the server.", env=("MCP_TRANSPORT",), flags=("--transport", "-t")
    )
    host: str = setting("localhost", "Address to listen on (http, sse).", env=("HOST",), flags=("--host",))
    port: int = setting(
        8000, "TCP port (http, sse); 0 takes a free one.", env=("HTTP_PORT", "PORT"), flags=("--port", "-p"),
        ge=0, le=65535,
    )  # fmt: skip
    mcp_auth_token: SecretStr = setting(
        SecretStr(""),
        "Bearer token that HTTP clients must send. Beyond loopback one is generated when it is absent.",
        env=("MCP_AUTH_TOKEN",),
    )
    insecure: bool = setting(
        False, "Serve beyond loopback without a token: whoever reaches the port acts as this server.",
        flags=("--insecure",),
    )  # fmt: skip
    allowed_hosts: Names = setting(
        (), "Further Host names to answer to, comma-separated; *.example.com is understood.",
        env=("ALLOWED_HOSTS",), flags=("--allowed-hosts",),
    )  # fmt: skip
    allowed_origins: Names = setting(
        (), "Browser origins to accept, comma-separated, such as https://ops.example.com.",
        env=("ALLOWED_ORIGINS",), flags=("--allowed-origins",),
    )  # fmt: skip
    kubeconfig_mode: Annotated[KubeconfigMode, BeforeValidator(upper)] = setting(
        "ACK_PUBLIC",
        "Where kubeconfigs come from: ACK by its public or private endpoint, the pod's own, or a local file.",
        env=("KUBECONFIG_MODE",),
        flags=("--kubeconfig-mode",),
    )
    kubeconfig_path: str = setting(
        "~/.kube/config", "Kubeconfig file of the mode LOCAL.",
        env=("KUBECONFIG_PATH", "KUBECONFIG"), flags=("--kubeconfig-path",),
    )  # fmt: skip
    k8s_in_cluster: bool = setting(False, "Another way to say kubeconfig mode INCLUSTER.", env=("K8S_IN_CLUSTER",))
    k8s_namespace: str = setting("", "Namespace of commands that name none.", env=("K8S_NAMESPACE",))
    clusters: Names = setting(
        (), "The only clusters that this server touches, by id, comma-separated. Empty means all.",
        env=("CLUSTERS",), flags=("--clusters",),
    )  # fmt: skip
    namespaces: Names = setting(
        (), "The only namespaces that commands reach, comma-separated. Empty means all.",
        env=("NAMESPACES",), flags=("--namespaces",),
    )  # fmt: skip
    deny_kinds: Names = setting(
        (), "Kinds that no command touches, comma-separated, such as Secret.",
        env=("DENY_KINDS",), flags=("--deny-kinds",),
    )  # fmt: skip
    allow_secrets: bool = setting(
        False, "Show what Secrets hold. Secrets elsewhere stay redacted.",
        flags=("--allow-secrets",),
    )  # fmt: skip
    allow_kubeconfig_header: bool = setting(
        False, "Take kubeconfigs that requests bring in X-Kubeconfig, for any cluster that the server can reach.",
        flags=("--allow-kubeconfig-header",),
    )  # fmt: skip
    allow_kubeconfig_argument: bool = setting(
        False, "Take them in the argument kubeconfig of the tool kubectl too, where models and transcripts see them.",
        flags=("--allow-kubeconfig-argument",),
    )  # fmt: skip
    sandbox: bool = setting(
        False, "Start the simulated region on loopback and use only its keys and clusters.", flags=("--sandbox",)
    )
    result_format: ResultFormat = setting(
        "text", "Tables for models, or typed results for programs. The header X-Result-Format overrides it.",
        env=("RESULT_FORMAT",), flags=("--result-format",),
    )  # fmt: skip
    output_budget: int = setting(
        BUDGET, "How much one answer holds when the call does not say (bytes; 4 are about one token).",
        env=("OUTPUT_BUDGET",), ge=SMALLEST, le=10_000_000,
    )  # fmt: skip
    output_ceiling: int = setting(
        CEILING, "The most that one answer holds, whatever the call asks for with max_bytes (bytes).",
        env=("OUTPUT_CEILING",), ge=SMALLEST, le=10_000_000,
    )  # fmt: skip
    cs_endpoint: str = setting(
        "", "Container Service endpoint to use instead of Alibaba Cloud's, as http(s)://host:port.",
        env=("CS_ENDPOINT",),
    )  # fmt: skip
    api_timeout: float = setting(
        60, "Deadline of one cloud operation, retries included (seconds).", env=("API_TIMEOUT",), gt=0, le=600
    )
    kubectl_timeout: float = setting(
        30, "How long one kubectl command may run (seconds).", env=("KUBECTL_TIMEOUT",), gt=0, le=600
    )
    helm_repositories: Names = setting(
        (), "Where charts may come from, comma-separated, as NAME=URL (https or oci). Empty means nowhere.",
        env=("HELM_REPOSITORIES",),
    )  # fmt: skip
    helm_timeout: float = setting(
        300, "How long one change by helm or argocd may take (seconds).", env=("HELM_TIMEOUT",), ge=15, le=3600
    )
    argocd_namespace: str = setting(
        "argocd", "The namespace that Argo CD runs in, for argocd.", env=("ARGOCD_NAMESPACE",)
    )
    cache_ttl: float = setting(
        300,
        "How long a cluster's place, Prometheus, logs and kinds are remembered (seconds); 0 means not.",
        env=("CACHE_TTL",),
        ge=0,
    )
    cache_max_size: int = setting(
        1000,
        "How many clusters, kubeconfigs and API servers are remembered (entries of each).",
        env=("CACHE_MAX_SIZE",),
        ge=1,
        le=1_000_000,
    )
    log_level: Annotated[LogLevel, BeforeValidator(upper)] = setting(
        "INFO", "Least severe log line written to stderr.", env=("FASTMCP_LOG_LEVEL",)
    )
    development: bool = setting(
        False, "Debug logs, tracebacks, and a restart when the source changes (http, sse).", env=("DEVELOPMENT",)
    )

    @field_validator("region")
    @classmethod
    def _region_is_an_id(cls, value: str) -> str:
        try:
            return identifiers.region_id(value)
        except InvalidInput as exc:
            # Not its message, which repeats the value: a mistyped setting may be a secret in the wrong place.
            raise ValueError("is not a region id such as cn-hangzhou") from exc

    @field_validator(
        "access_key_id",
        "access_key_secret",
        "alibaba_access_key_id",
        "alibaba_access_key_secret",
        "alibaba_security_token",
    )
    @classmethod
    def _key_can_be_sent(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        key = given.strip()
        # What a template left under the names that are not used stands in nobody's way.
        is_unused = str(info.field_name).startswith("alibaba_") and info.data.get("access_key_id")
        if not is_unused and (not is_sendable(key) or (given and not key)):
            raise ValueError("holds blanks or characters that no key has, such as the … of an example")
        return SecretStr(key) if isinstance(value, SecretStr) else key

    @property
    def mode(self) -> KubeconfigMode:
        """Where kubeconfigs come from, by whichever name it was said."""
        return "INCLUSTER" if self.k8s_in_cluster else self.kubeconfig_mode

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        sources: list[PydanticBaseSettingsSource] = [init_settings]
        for source in (env_settings, dotenv_settings):
            if isinstance(source, EnvSettingsSource):
                # Flag-only settings go by their flag's name, which no environment may use for them.
                source.env_vars = {name: value for name, value in source.env_vars.items() if not name.startswith("-")}
                sources.append(PerClusterSource(settings_cls, source))
            sources.append(source)
        return tuple(sources)


def main_name(field: FieldInfo) -> str:
    """The name under which a flag's value is handed to `load_settings`."""
    alias = field.validation_alias
    if not isinstance(alias, AliasChoices):
        raise TypeError("every setting is declared with setting()")
    return str(alias.choices[0])


def sources_of(field: FieldInfo) -> tuple[list[str], list[str]]:
    """The field's environment variables and its flags."""
    extra = field.json_schema_extra
    if not isinstance(extra, dict):
        raise TypeError("every setting is declared with setting()")
    return [str(name) for name in _texts(extra["env"])], [str(flag) for flag in _texts(extra["flags"])]


def _texts(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """The values that a choice may take; empty for other types."""
    return get_args(field.annotation) if get_origin(field.annotation) is Literal else ()


def as_variable(flag: str) -> str:
    """The flag's name as a variable would have it."""
    return flag.strip("-").replace("-", "_").upper()


def ignored(env_file: Path | None) -> dict[str, str]:
    """Variables that somebody set in the belief that they stand for a flag, by the flags that they do not stand for."""
    from_file = dotenv_values(env_file, encoding="utf-8") if env_file and env_file.is_file() else {}
    found = {**from_file, **os.environ}
    only = [flags[0] for variables, flags in map(sources_of, Settings.model_fields.values()) if not variables]
    return {name: flag for flag in only if (found.get(name := as_variable(flag)) or "false").lower() not in _OFF}


def load_settings(flags: Mapping[str, object], *, env_file: Path | None, keys_given: bool = False) -> Settings:
    """Settings from flags (keyed by main name), the environment and `env_file`. Raises ConfigurationError.

    `keys_given` says that `flags` hold every key there is to be, so that keys elsewhere do not matter.
    """
    if not keys_given:
        check_key_families(flags, env_file)
        check_kubeconfig_of(env_file)
    try:
        arguments: dict[str, Any] = {"_env_file": env_file, **flags}
        return Settings(**arguments)
    except ValidationError as exc:
        raise ConfigurationError(_explain(exc), next_step="ack-mcp-server --help lists every setting.") from exc


def _explain(exc: ValidationError) -> str:
    # The value is left out on purpose: a mistyped setting may be a secret in the wrong place.
    return "; ".join(f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in exc.errors())
