"""The kinds of task that the region runs: the stages of each and how long a stage takes."""

from datetime import timedelta

from ack_sandbox.cloud.tasks import Stage

# While such a task runs on a node pool, the pool says so.
POOL_STATES = {
    "nodepool_delete": "deleting",
    "nodepool_node_remove": "removing",
    "nodepool_scalein": "removing",
    "nodepool_scaleout": "scaling",
    "nodepool_create": "updating",
    "nodepool_upgrade": "updating",
    "nodepool_update": "updating",
    "nodepool_node_repair": "updating",
    "nodepool_vul_fix": "updating",
}
# Likewise for a cluster.
CLUSTER_STATES = {
    "cluster_delete": "deleting",
    "cluster_create": "initial",
    "cluster_upgrade": "upgrading",
    "cluster_modify": "updating",
}

_SECONDS: dict[str, tuple[tuple[str, int], ...]] = {
    "cluster_create": (("PreCheck", 20), ("CreateControlPlane", 300), ("CreateNodes", 180), ("InstallAddons", 100)),
    "cluster_upgrade": (("PreCheck", 90), ("UpgradeMaster", 480), ("UpgradeAddons", 240), ("PostCheck", 60)),
    "cluster_modify": (("PreCheck", 10), ("UpdateControlPlane", 120)),
    "cluster_addon_install": (("PreCheck", 10), ("InstallAddon", 60), ("PostCheck", 20)),
    "cluster_addon_upgrade": (("PreCheck", 15), ("UpgradeAddon", 90), ("PostCheck", 30)),
    "cluster_addon_uninstall": (("PreCheck", 5), ("UninstallAddon", 30)),
    "cluster_addon_modify": (("PreCheck", 5), ("UpdateAddon", 30)),
    "cluster_delete": (("PreCheck", 10), ("DeleteNodes", 60), ("DeleteControlPlane", 110)),
    "nodepool_create": (("PreCheck", 10), ("CreateScalingGroup", 40)),
    "nodepool_delete": (("PreCheck", 10), ("RemoveNodes", 30), ("DeleteScalingGroup", 20)),
    "nodepool_scaleout": (("PreCheck", 5), ("CreateInstances", 30), ("JoinCluster", 15), ("NodeReady", 25)),
    "nodepool_scalein": (("PreCheck", 5), ("DrainNodes", 120), ("RemoveNodes", 30)),
    "nodepool_node_remove": (("PreCheck", 5), ("DrainNodes", 120), ("RemoveNodes", 30)),
    "nodepool_node_repair": (("PreCheck", 5), ("RestartNodes", 60), ("NodeReady", 30)),
    "nodepool_upgrade": (
        ("PreCheck", 30),
        ("DrainNodes", 120),
        ("ReplaceSystemDisk", 180),
        ("NodeReady", 90),
        ("PostCheck", 30),
    ),
    "nodepool_update": (("PreCheck", 10), ("UpdateNodes", 90)),
}


# The first and the last of the stages that each batch of nodes goes through anew.
BATCHED = {"nodepool_scaleout": ("CreateInstances", "NodeReady"), "nodepool_upgrade": ("DrainNodes", "NodeReady")}


def stages_of(task_type: str, batches: int = 1) -> tuple[Stage, ...]:
    stages = [Stage(name=name, duration=timedelta(seconds=seconds)) for name, seconds in _SECONDS[task_type]]
    if batches == 1:
        return tuple(stages)
    names = [stage.name for stage in stages]
    first, last = (names.index(name) for name in BATCHED[task_type])
    return (*stages[:first], *stages[first : last + 1] * batches, *stages[last + 1 :])
