"""Two CustomResourceDefinitions with objects: backups in namespaces, and tenants of the whole cluster."""

from datetime import timedelta

from ack_sandbox.kube.definitions import defined_resources
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.shapes import days, hours
from ack_sandbox.kube.population.world import World

BACKUP_API = "ops.example.com/v1alpha1"
TENANT_API = "platform.example.com/v1alpha1"


def _text(description: str) -> Object:
    return {"type": "string", "description": description}


BACKUP_SCHEMA = {
    "description": "Backup describes a recurring backup of one workload.",
    "spec": {
        "target": _text("The workload whose volumes are saved."),
        "schedule": _text("When to run, in cron syntax."),
        "connection": _text("Where the copies go."),
    },
    "status": {
        "phase": _text("What the controller is doing."),
        "lastBackup": {"type": "string", "format": "date-time"},
    },
}
TENANT_SCHEMA = {
    "description": "Tenant is a customer with namespaces of its own.",
    "spec": {
        "owner": _text("Who answers for the tenant."),
        "plan": _text("What the tenant pays for."),
        "apiKey": _text("The key the tenant's machines use."),
    },
    "status": {"namespaces": {"type": "integer", "description": "How many namespaces the tenant has."}},
}
BACKUP_COLUMNS: list[Object] = [
    {"name": "Target", "type": "string", "jsonPath": ".spec.target"},
    {"name": "Phase", "type": "string", "jsonPath": ".status.phase"},
    {"name": "Last Backup", "type": "date", "jsonPath": ".status.lastBackup"},
    {"name": "Schedule", "type": "string", "jsonPath": ".spec.schedule", "priority": 1},
    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
]
TENANT_COLUMNS: list[Object] = [
    {"name": "Owner", "type": "string", "jsonPath": ".spec.owner"},
    {"name": "Plan", "type": "string", "jsonPath": ".spec.plan"},
    {"name": "Namespaces", "type": "integer", "jsonPath": ".status.namespaces"},
]


def _open_schema(kind: str, schema: Object) -> Object:
    properties = {
        side: {"type": "object", "properties": schema[side], "description": f"The {side} of the {kind.lower()}."}
        for side in ("spec", "status")
    }
    return {"type": "object", "description": schema["description"], "properties": properties}


def _established(world: World, age: timedelta) -> list[Object]:
    rows = (
        ("NamesAccepted", "NoConflicts", "no conflicts found"),
        ("Established", "InitialNamesAccepted", "the initial names are accepted"),
    )
    moment = {"status": "True", "lastTransitionTime": world.ago(age)}
    return [{"type": kind, **moment, "reason": reason, "message": text} for kind, reason, text in rows]


def definition(
    world: World, kind: str, plural: str, short: str, api: str, scope: str, schema: Object, columns: list[Object]
) -> Object:
    group, version = api.split("/")
    served = {
        "name": version,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": _open_schema(kind, schema)},
        "subresources": {"status": {}},
        "additionalPrinterColumns": columns,
    }
    names = {
        "plural": plural,
        "singular": kind.lower(),
        **({"shortNames": [short]} if short else {}),
        "kind": kind,
        "listKind": f"{kind}List",
    }
    age = days(200)
    made = {
        "kind": "CustomResourceDefinition",
        "apiVersion": "apiextensions.k8s.io/v1",
        "metadata": {**world.metadata("CustomResourceDefinition", f"{plural}.{group}", age=age), "generation": 1},
        "spec": {
            "group": group,
            "names": names,
            "scope": scope,
            "versions": [served],
            "conversion": {"strategy": "None"},
        },
        "status": {"conditions": _established(world, age), "acceptedNames": names, "storedVersions": [version]},
    }
    for resource in defined_resources(made):
        world.population.catalog.add(resource)
    return world.add(made)


def definitions(world: World) -> None:
    definition(world, "Backup", "backups", "bk", BACKUP_API, "Namespaced", BACKUP_SCHEMA, BACKUP_COLUMNS)
    definition(world, "Tenant", "tenants", "tnt", TENANT_API, "Cluster", TENANT_SCHEMA, TENANT_COLUMNS)


def backup(world: World, name: str, space: str, target: str, connection: str) -> Object:
    meta = world.metadata("Backup", name, space, age=days(60))
    spec = {"target": target, "schedule": "0 3 * * *", "connection": connection}
    status = {"phase": "Ready", "lastBackup": world.ago(hours(world.number(1, 23, "backup", name)))}
    return world.add(
        {
            "kind": "Backup",
            "apiVersion": BACKUP_API,
            "metadata": {**meta, "generation": 1},
            "spec": spec,
            "status": status,
        }
    )


def tenant(world: World, name: str, plan: str, key: str, age: timedelta) -> Object:
    meta = world.metadata("Tenant", name, age=age)
    spec = {"owner": f"{name}@example.com", "plan": plan, "apiKey": key}
    status = {"namespaces": world.number(1, 6, "tenant", name)}
    return world.add(
        {
            "kind": "Tenant",
            "apiVersion": TENANT_API,
            "metadata": {**meta, "generation": 1},
            "spec": spec,
            "status": status,
        }
    )
