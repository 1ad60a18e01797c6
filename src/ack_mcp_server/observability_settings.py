"""Settings of metrics, logs and diagnoses: where they are, and how long they may take."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import BaseSettings

from ack_mcp_server.setting_fields import CLUSTER, ByCluster, setting, upper

PrometheusMode = Literal["ARMS_PUBLIC", "ARMS_PRIVATE", "LOCAL"]


class ObservabilitySettings(BaseSettings):
    prometheus_endpoint_mode: Annotated[PrometheusMode, BeforeValidator(upper)] = setting(
        "ARMS_PUBLIC",
        "Where metrics are: the public or the VPC address that ARMS tells, or the operator's own.",
        env=("PROMETHEUS_ENDPOINT_MODE",),
        flags=("--prometheus-endpoint-mode",),
    )
    prometheus_http_api: str = setting(
        "", "Prometheus of the mode LOCAL, as http(s)://host:port/path.", env=("PROMETHEUS_HTTP_API",)
    )
    prometheus_by_cluster: ByCluster = setting(
        {}, "The same for one cluster; it comes first.", env=(f"PROMETHEUS_HTTP_API_{CLUSTER}",)
    )
    prometheus_token: SecretStr = setting(
        SecretStr(""), "Bearer token for the Prometheus of the mode LOCAL.", env=("PROMETHEUS_TOKEN",)
    )
    loki_url: str = setting("", "Loki, as http(s)://host:port/path; turns on search_logs.", env=("LOKI_URL",))
    loki_by_cluster: ByCluster = setting({}, "The same for one cluster; it comes first.", env=(f"LOKI_URL_{CLUSTER}",))
    loki_tenant: str = setting("", "Loki tenant (X-Scope-OrgID).", env=("LOKI_TENANT",))
    loki_username: str = setting("", "User of Loki, for basic authentication.", env=("LOKI_USERNAME",))
    loki_password: SecretStr = setting(SecretStr(""), "Their password.", env=("LOKI_PASSWORD",))
    loki_token: SecretStr = setting(SecretStr(""), "Bearer token for Loki.", env=("LOKI_TOKEN",))
    arms_endpoint: str = setting(
        "", "ARMS endpoint to use instead of Alibaba Cloud's, as http(s)://host:port.", env=("ARMS_ENDPOINT",)
    )
    sls_endpoint: str = setting(
        "",
        "SLS endpoint to use instead of Alibaba Cloud's, as http(s)://host:port; projects are put before it.",
        env=("SLS_ENDPOINT",),
    )
    ai_tools: bool = setting(
        False,
        "Let SLS's own AI write queries where a translating tool is called; Alibaba Cloud may bill it.",
        env=("AI_TOOLS",),
        flags=("--ai-tools",),
    )
    diagnose_poll_interval: float = setting(
        15, "Time between two looks at a running diagnosis or inspection (seconds).",
        env=("DIAGNOSE_POLL_INTERVAL",), gt=0, le=300,
    )  # fmt: skip
    diagnose_timeout: float = setting(
        600, "How long a call waits for a diagnosis, an inspection or a task (seconds).",
        env=("DIAGNOSE_TIMEOUT",), gt=0, le=3600,
    )  # fmt: skip
