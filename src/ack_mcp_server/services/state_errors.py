"""What to do about refusals that are no matter of permissions or of arguments: state, protection, quota, money.

Codes come with several prefixes and endings, so they are known by a part of them.
"""

_STEPS = (
    ("QuotaExceeded", "Raise the quota it names in the Quota Center, or give back what is not needed; less also fits."),
    ("NotEnoughBalance", "Have the account topped up; until then nothing that costs is created."),
    (
        "DeletionProtection",
        "modify_cluster with deletion_protection=off takes the protection away, if its owner agrees.",
    ),
    ("OperationConflict", "Wait for the task that is under way (wait_for_task), then try again."),
    ("NoStock", "The zones have none of these instances now: use another instance type or zone, or wait."),
    ("DefaultNodePool", "The default node pool stays as long as its cluster; remove its nodes instead."),
    ("NodePoolNotEmpty", "Remove its nodes first (remove_nodepool_nodes), or say force."),
    ("AddonNotUninstallable", "The cluster needs this addon; it can be upgraded and configured."),
    ("AddonAlreadyInstalled", "It is there already: upgrade or configure it."),
    ("PreCheckFailed", "Repair what the precheck names, then try again."),
    ("InvalidTaskState", "describe_task_info shows its state."),
    ("ErrorClusterState", "Wait until the cluster is running; describe_cluster shows its state."),
    ("VulsFixServiceNotPurchased", "Have the fix service of Security Center bought for it, or upgrade the nodes."),
)


def step_for(code: str) -> str:
    """What to do about it; empty for other codes."""
    return next((step for part, step in _STEPS if part in code), "")
