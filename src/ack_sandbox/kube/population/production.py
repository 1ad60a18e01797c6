"""The production cluster: about 350 pods of a shop and its back office, with every incident planted among them."""

from collections.abc import Callable

from ack_sandbox.kube.population import canaries, leaks
from ack_sandbox.kube.population.incidents import (
    cluster,
    crashes,
    images,
    network,
    probes,
    rollouts,
    scheduling,
    settings,
)
from ack_sandbox.kube.population.jobs import cron_job
from ack_sandbox.kube.population.namespaces import limit_range, namespace
from ack_sandbox.kube.population.policies import autoscaler, deny_by_default, disruption_budget, team_role
from ack_sandbox.kube.population.profiling import profiles
from ack_sandbox.kube.population.services import app_service, ingress, service
from ack_sandbox.kube.population.sets import daemon_set, stateful_set
from ack_sandbox.kube.population.shapes import App, adapted, app, days, hours, minutes
from ack_sandbox.kube.population.storage import Claim
from ack_sandbox.kube.population.system import base, controllers, daemons, ingress_controller, monitoring
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World

# namespace: (name, replicas, version)
CATALOGUE: dict[str, tuple[tuple[str, int, str], ...]] = {
    "shop": (
        ("frontend", 12, "v5.1.4"),
        ("cart", 6, "v2.14.3"),
        ("catalog", 8, "v1.44.2"),
        ("orders", 6, "v4.0.9"),
        ("users", 5, "v2.8.1"),
        ("search", 6, "v1.11.6"),
        ("media", 4, "v0.19.0"),
        ("pricing", 4, "v3.0.2"),
        ("mobile-bff", 8, "v2.2.0"),
        ("seo-render", 3, "v1.0.8"),
        ("newsletter", 2, "v1.5.1"),
        ("ab-testing", 2, "v0.8.3"),
    ),
    "payments": (
        ("ledger", 5, "v6.1.0"),
        ("invoice", 4, "v3.4.4"),
        ("settlement", 3, "v2.9.0"),
        ("wallet", 4, "v1.17.2"),
        ("fx-rates", 2, "v1.2.0"),
        ("kyc", 3, "v0.31.0"),
        ("card-vault", 3, "v4.4.1"),
        ("dispute-ui", 2, "v1.0.4"),
    ),
    "logistics": (
        ("dispatch", 4, "v2.3.3"),
        ("carriers", 3, "v1.8.8"),
        ("returns", 3, "v1.1.5"),
        ("customs", 2, "v0.9.9"),
        ("fleet-map", 3, "v2.0.0"),
        ("eta", 4, "v3.3.1"),
        ("driver-app", 4, "v4.2.0"),
    ),
    "data": (
        ("event-router", 4, "v2.5.0"),
        ("dashboards", 2, "v10.4.2"),
        ("airflow-web", 2, "v2.9.3"),
        ("airflow-worker", 6, "v2.9.3"),
        ("model-registry", 2, "v0.6.0"),
        ("warehouse-api", 3, "v1.3.8"),
    ),
}
CRON_JOBS = (
    ("shop", "sitemap", "*/30 * * * *", minutes(30)),
    ("shop", "cart-cleanup", "0 * * * *", hours(1)),
    ("payments", "fx-import", "*/15 * * * *", minutes(15)),
    ("data", "daily-rollup", "0 0 * * *", days(1)),
)
DATABASES = (("shop", "orders-db", 3, 5432), ("shop", "redis", 3, 6379), ("payments", "ledger-db", 3, 5432))
INCIDENTS: tuple[Callable[[World], None], ...] = (
    crashes.oom_killed,
    crashes.crash_loop,
    crashes.init_failure,
    crashes.sidecar_panic,
    images.tag_missing,
    images.no_access,
    scheduling.insufficient_cpu,
    scheduling.selector_mismatch,
    scheduling.unbound_claim,
    settings.missing_config_map,
    settings.missing_secret,
    probes.readiness_503,
    probes.liveness_kills,
    rollouts.stuck_rollout,
    rollouts.failed_job,
    rollouts.evicted,
    network.no_endpoints,
    network.ingress_without_service,
    cluster.namespace_terminating,
    cluster.node_lost,
    scheduling.quota_exceeded,
)
CONTROLLERS = (
    ("csi-provisioner", "csi-provisioner:v1.33.1", 2),
    ("storage-operator", "storage-operator:v1.33", 1),
    ("ack-node-problem-detector-eventer", "kube-eventer:v1.2.7", 1),
    ("alibaba-log-controller", "log-controller:v0.5.2", 1),
    ("ack-cost-exporter", "cost-exporter:v1.0.24", 1),
    ("security-inspector", "security-inspector:v0.13.0", 1),
    ("gatekeeper-controller-manager", "gatekeeper:v3.14.0", 2),
    ("ack-kubernetes-elastic-autoscaler", "cluster-autoscaler:v1.9.0", 1),
)
DAEMONS = (
    ("logtail-ds", "logtail:v1.8.7"),
    ("ack-node-problem-detector-daemonset", "node-problem-detector:v0.8.17"),
    ("ack-node-local-dns", "node-local-dns:v1.22.28"),
)


def production(world: World) -> None:
    base(world)
    daemons(world, DAEMONS)
    controllers(world, CONTROLLERS)
    ingress_controller(world, replicas=3, deploy=images.addon_upgrade)
    monitoring(world)
    for space, rows in CATALOGUE.items():
        _business(world, space, rows)
    for space, name, replicas, port in DATABASES:
        _database(world, space, name, replicas, port)
    for space, name, schedule, period in CRON_JOBS:
        made = app(name, space, f"registry.example.com/{space}/{name}:v1.0.0", team=space, service_port=None)
        cron_job(world, made, schedule, period)
    _agent(world)
    namespace(world, "batch", days(70))
    for plant in INCIDENTS:
        plant(world)
    profiles(world)


def _business(world: World, space: str, rows: tuple[tuple[str, int, str], ...]) -> None:
    namespace(world, space, days(390), labels={"team": space})
    limit_range(world, "defaults", space, days(300))
    deny_by_default(world, space)
    team_role(world, space)
    canaries.secrets(world, space)
    leaks.settings(world, space)
    for name, replicas, version in rows:
        age = days(world.number(20, 300, "app-age", space, name))
        made = app(
            name, space, f"registry.example.com/{space}/{name}:{version}", replicas=replicas, team=space, age=age
        )
        deployment(world, made, revision=world.number(2, 19, "revision", space, name))
        app_service(world, made)
        if replicas >= 5:
            autoscaler(world, made, current=world.number(31, 66, "load", name))
            disruption_budget(world, made)
    canaries.tokens_and_releases(world, space)
    leaks.leaky_app(world, space, f"{space}-gateway")
    canaries.custom_objects_of(world, space)
    ingress(world, space, space, f"{space}.example.com", rows[0][0], days(200), tls="wildcard-tls")


def _database(world: World, space: str, name: str, replicas: int, port: int) -> None:
    image = f"registry.example.com/base/{name.split('-')[-1]}:16.4"
    made: App = app(name, space, image, replicas=replicas, port=port, team="platform", age=days(250))
    # Requests that equal the limits: the kubelet evicts these last.
    made = adapted(made, cpu="250m", cpu_limit="250m", memory="1Gi", memory_limit="1Gi")
    stateful_set(world, made, claims=Claim(size="100Gi", storage_class="alicloud-disk-essd"))
    service(world, name, space, made.selector, (("db", port, port),), made.age, labels=made.all_labels, headless=True)


def _agent(world: World) -> None:
    made = app("log-agent", "data", "registry.example.com/ops/log-agent:v2.2.0", team="platform", age=days(100))
    daemon_set(world, made)
