"""Patterns of the ids that reach a cloud API, checked before they do.

The SDKs put ids into paths and host names without refusing `..` or an empty string, so nothing unchecked may pass.
"""

import ipaddress
import re

from ack_mcp_server.errors import InvalidInput

_REGION = re.compile(r"[a-z]{2,4}(-[a-z0-9]{1,12}){1,4}")
CLUSTER = re.compile(r"c[a-z0-9]{32}")
NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NODEPOOL = re.compile(r"np[0-9a-f]{8,64}")  # real ids vary in length
_TASK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,63}")
_INSTANCE = re.compile(r"[a-z]{1,4}-[a-z0-9]{8,32}")
_VPC = re.compile(r"vpc-[a-z0-9]{6,32}")
_VSWITCH = re.compile(r"vsw-[a-z0-9]{6,32}")
_INSTANCE_TYPE = re.compile(r"[a-z][a-z0-9-]{1,15}(?:\.[a-z0-9-]{1,31}){1,3}")
_ADDON = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NODE_NAME = re.compile(r"(?!.*\.\.)[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")

_SHOWN_CHARS = 60


def shown(value: str) -> str:
    """The value as an error may quote it: one line, printable, short."""
    text = value if len(value) <= _SHOWN_CHARS else value[:_SHOWN_CHARS] + "…"
    return repr(text)


def _checked(value: str, pattern: re.Pattern[str], what: str, next_step: str) -> str:
    if pattern.fullmatch(value):
        return value
    raise InvalidInput(f"{shown(value)} is not {what}", next_step=next_step)


def region_id(value: str) -> str:
    return _checked(value, _REGION, "a region id", "Use an id such as cn-hangzhou or ap-southeast-1.")


def cluster_id(value: str) -> str:
    hint = "A cluster id is 'c' and 32 lowercase letters or digits; list_clusters shows the ids."
    return _checked(value, CLUSTER, "a cluster id", hint)


def nodepool_id(value: str) -> str:
    return _checked(value, _NODEPOOL, "a node pool id", "It begins with 'np'; list_cluster_nodepools shows the ids.")


def task_id(value: str) -> str:
    return _checked(value, _TASK, "a task id", "list_cluster_tasks shows the ids.")


def diagnosis_id(value: str) -> str:
    return _checked(value, _TASK, "a diagnosis id", "create_cluster_diagnosis and diagnose_resource tell it.")


def instance_id(value: str) -> str:
    return _checked(value, _INSTANCE, "an instance id", "It begins with 'i-'; list_cluster_nodes shows the ids.")


def node_name(value: str) -> str:
    return _checked(value, _NODE_NAME, "a node name", "list_cluster_nodes shows the names.")


def addon_name(value: str) -> str:
    return _checked(value, _ADDON, "an addon's name", "list_cluster_addons shows the names.")


def vpc_id(value: str) -> str:
    return _checked(value, _VPC, "a VPC id", "It begins with 'vpc-'; describe_cluster shows a cluster's.")


def vswitch_id(value: str) -> str:
    return _checked(value, _VSWITCH, "a vSwitch id", "It begins with 'vsw-'; describe_cluster shows a cluster's.")


def instance_type(value: str) -> str:
    return _checked(value, _INSTANCE_TYPE, "an instance type", "Use one such as ecs.g7.xlarge.")


def cidr(value: str) -> str:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        raise InvalidInput(f"{shown(value)} is not a CIDR", next_step="Use one such as 172.21.0.0/20.") from None
    return value
