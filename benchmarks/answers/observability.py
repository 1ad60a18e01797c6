"""Of what backends answer to ten standard questions, as JSON, and of the answer that this server makes of it."""

from collections.abc import Mapping

from tests.conftest import Region, door_to, settings_in
from tests.tokens import count_tokens

from benchmarks.observability.captured import capturing

CPU = 'topk(10, sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{container!=""}[5m])))'
MEMORY = "sum by (namespace) (container_memory_working_set_bytes)"
BY_VERB = "* | select verb, count(*) as n group by verb order by n desc limit 10"
QUESTIONS: tuple[tuple[str, str, Mapping[str, object]], ...] = (
    ("the busiest pods", "query_prometheus", {"promql": CPU}),
    ("memory over 6 h", "query_prometheus", {"promql": MEMORY, "start_time": "6h"}),
    ("every pod's node", "query_prometheus", {"promql": "kube_pod_info"}),
    ("who deleted Services", "query_audit_log", {"verbs": ["delete"], "resource_types": ["services"]}),
    ("20 changes, detailed", "query_audit_log", {"verbs": ["patch"], "namespace": "shop", "details": True}),
    ("why is it pending", "query_controlplane_logs", {"component": "scheduler", "query": "Unable", "limit": 20}),
    ("warnings of an hour", "query_cluster_events", {"type": "Warning", "namespace": "payments"}),
    ("requests by verb", "sls_execute_sql_query", {"query": BY_VERB, "logstore": "audit"}),
    ("what is broken", "triage", {"namespace": "shop"}),
    ("the last inspection", "query_inspect_report", {}),
)


async def compare(region: Region) -> None:
    async with door_to(settings_in(region, TOOLSETS="all")) as door:
        print(f"\n{'question':<22}{'raw JSON':>10}{'ours':>8}{'of it':>8}")  # noqa: T201
        for name, tool, arguments in QUESTIONS:
            asked = {**arguments, "cluster_id": region.cluster("production")}
            if asked.get("logstore") == "audit":
                asked["logstore"] = f"audit-{asked['cluster_id']}"
            with capturing() as found:
                reply = await door.ok(tool, **asked)
            before = sum(count_tokens(body.decode(errors="replace")) for body in found.bodies)
            after = count_tokens(reply.text)
            print(f"{name:<22}{before:>10,}{after:>8,}{after / before:>8.1%}")  # noqa: T201
