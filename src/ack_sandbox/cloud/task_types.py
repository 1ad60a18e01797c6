"""The kinds of task that the region runs: the stages of each and how long a stage takes."""

from datetime import timedelta

from ack_sandbox.cloud.tasks import Stage

# While such a task runs on a node pool, the pool says so.
POOL_STATES = {
    "nodepool_create": "updating",
    "nodepool_scaleout": "scaling",
    "nodepool_upgrade": "updating",
    "nodepool_update": "updating",
    "cluster_node_delete": "removing",
}
# Likewise for a cluster.
CLUSTER_STATES = {"cluster_create": "initial", "cluster_upgrade": "upgrading", "cluster_modify": "updating"}

_SECONDS: dict[str, tuple[tuple[str, int], ...]] = {
    "cluster_create": (("PreCheck", 20), ("CreateControlPlane", 300), ("CreateNodes", 180), ("InstallAddons", 100)),
    "cluster_upgrade": (("PreCheck", 90), ("UpgradeMaster", 480), ("UpgradeAddons", 240), ("PostCheck", 60)),
    "cluster_modify": (("PreCheck", 10), ("UpdateControlPlane", 120)),
    "cluster_addon_install": (("PreCheck", 10), ("InstallAddon", 60), ("PostCheck", 20)),
    "cluster_addon_upgrade": (("PreCheck", 15), ("UpgradeAddon", 90), ("PostCheck", 30)),
    "cluster_node_delete": (("PreCheck", 10), ("DrainNodes", 120), ("RemoveNodes", 60)),
    "nodepool_create": (("PreCheck", 10), ("CreateScalingGroup", 40)),
    "nodepool_scaleout": (("PreCheck", 15), ("CreateInstances", 60), ("JoinCluster", 120), ("NodeReady", 45)),
    "nodepool_upgrade": (
        ("PreCheck", 30),
        ("DrainNodes", 120),
        ("ReplaceSystemDisk", 180),
        ("NodeReady", 90),
        ("PostCheck", 30),
    ),
    "nodepool_update": (("PreCheck", 10), ("UpdateNodes", 90)),
}


def stages_of(task_type: str) -> tuple[Stage, ...]:
    return tuple(Stage(name=name, duration=timedelta(seconds=seconds)) for name, seconds in _SECONDS[task_type])
