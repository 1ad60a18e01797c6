"""Add-ons: ListClusterAddonInstances and GetClusterAddonInstance."""

from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.wire import Json, json_text


def list_cluster_addon_instances(call: Call) -> Json:
    addons = call.cluster().addons
    return {"addons": [{"name": addon.name, "version": addon.version, "state": addon.state} for addon in addons]}


def get_cluster_addon_instance(call: Call) -> Json:
    record = call.cluster()
    addon = record.addon(call.path["instance_name"])
    capable = addon.logstore is not None
    enabled = capable and record.plan.role == "production"
    return {
        "name": addon.name,
        "version": addon.version,
        "state": addon.state,
        "config": json_text(addon.config),
        "logging": {
            "capable": capable,
            "enabled": enabled,
            "log_project": f"k8s-log-{record.plan.id}" if enabled else "",
            "logstore": addon.logstore if enabled else "",
        },
    }
