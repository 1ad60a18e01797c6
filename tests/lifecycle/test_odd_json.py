"""Odd JSON, said by whoever calls and answered by the cloud: it is refused, or shown, and breaks nothing."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ack_mcp_server.errors import AckError, InvalidInput, UnexpectedAnswer
from ack_mcp_server.lifecycle.addons import AddonChange
from ack_mcp_server.lifecycle.clusters import ClusterSettings
from ack_mcp_server.lifecycle.founding import Founding
from ack_mcp_server.lifecycle.pool_making import Making
from ack_mcp_server.lifecycle.pool_upgrade import PoolUpgrade
from ack_mcp_server.lifecycle.pools import Settings
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef
from tests.conftest import made_settings

Json = dict[str, Any]
POOL = "np" + "0" * 32
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CLUSTER = ClusterRef(id="c" + "0" * 32, region="cn-hangzhou", public=False, private=False)
PAGE = {"total_count": 0}
PLAIN = made_settings()


class Cloud:
    """Answers in memory; `pool` is what the node pools are set to, `config` what the addons are."""

    settings = PLAIN

    def __init__(self, pool: Json, config: str = "{}") -> None:
        pool = {**pool, "nodepool_info": {"nodepool_id": POOL, "name": "first"}}
        self.account = self
        self._answers: dict[str, Json] = {
            "DescribeClusterNodePools": {"nodepools": [pool]},
            "DescribeClusterNodePoolDetail": pool,
            "DescribeClusterDetail": {
                "cluster_id": CLUSTER.id, "name": "shop", "region_id": "cn-hangzhou", "current_version": "1.34.1"
            },
            "DescribeClustersV1": {"clusters": [], "page_info": PAGE},
            "DescribeClusterTasks": {"tasks": [], "page_info": PAGE},
            "DescribeClusterNodes": {"nodes": [], "page": PAGE},
            "ListClusterChecks": {"checks": [{"check_id": "c-1", "status": "Succeeded", "created_at": f"{NOW}"}]},
            "GetClusterCheck": {"check_id": "c-1", "status": "Succeeded"},
            "GetClusterAddonInstance": {"name": "logs", "version": "1", "config": config},
            "ListClusterAddonInstanceResources": {},
        }  # fmt: skip

    async def read(self, request: Request, _call: object, model: Any, **_more: object) -> Any:
        try:
            return model.model_validate(self._answers[request.action])
        except ValidationError:
            raise UnexpectedAnswer(request.action) from None

    async def cluster(self, _cluster_id: str) -> ClusterRef:
        return CLUSTER


def proposed(asked: Asked, pool: Json | None = None, config: str = "{}") -> Proposed:
    asked.check()
    reach: Any = Cloud(pool or {}, config)
    nothing: Any = SimpleNamespace()
    scene = Scene(reach=reach, cluster=CLUSTER, kubectl=nothing, progress=nothing, now=NOW)
    return asyncio.run(asked.proposed(scene))


def asked_for(tool: str, extension: str) -> Asked:
    machines: Any = {"instance_types": ("ecs.g7.xlarge",)}
    made: dict[str, Asked] = {
        "create_nodepool": Making(name="new", extension=extension, **machines),
        "modify_nodepool": Settings(nodepool_id=POOL, name="other", extension=extension),
        "upgrade_nodepool": PoolUpgrade(nodepool_id=POOL, extension=extension),
        "modify_cluster": ClusterSettings(name="other", extension=extension),
        "create_cluster": Founding(name="new", region="cn-hangzhou", vswitch_ids=("vsw-1a2b",), extension=extension),
        "manage_cluster_addon": AddonChange(action="configure", name="logs", config=extension),
    }
    return made[tool]


POOL_PATHS = [
    "scaling_group.vswitch_ids", "scaling_group.instance_types", "scaling_group.desired_size", "scaling_group.tags",
    "auto_scaling.enable", "auto_scaling.min_instances", "auto_scaling.max_instances", "auto_scaling",
    "nodepool_info.name", "kubernetes_config.labels", "kubernetes_config.taints", "scaling_group", "update_nodes",
]  # fmt: skip
PATHS = {
    "create_nodepool": POOL_PATHS,
    "modify_nodepool": POOL_PATHS,
    "upgrade_nodepool": ["rolling_policy.max_parallelism", "rolling_policy", "use_replace", "image_id", "node_names"],
    "modify_cluster": ["deletion_protection", "maintenance_window.enable", "operation_policy", "tags", "cluster_name"],
    "create_cluster": ["nodepools", "addons", "vswitch_ids", "tags", "maintenance_window", "kubernetes_version"],
    "manage_cluster_addon": ["kind", "data", "data.kind", "items", "password", "AccessToken", "user_data", "name"],
}
NAMES = ["key", "value", "kind", "data", "name", "password", "user_data", "enable", "items", "x"]
TEXTS = st.sampled_from(
    ["", "a", "Secret", "SecretList", "true", "LTAI5tabcdefghijklmnop", "long " * 60, "a\nb\n" * 50]
)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.floats(0, 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)


def nested(said: dict[str, Any]) -> Json:
    whole: Json = {}
    for path, value in sorted(said.items()):  # what is within a part comes after it, and replaces it
        part, _, name = path.rpartition(".")
        if part and not isinstance(whole.get(part), dict):
            whole[part] = {}
        (whole[part] if part else whole)[name] = value
    return whole


def documents(tool: str) -> st.SearchStrategy[Json]:
    return st.dictionaries(st.sampled_from(PATHS[tool]), ODD, max_size=2).map(nested)


@pytest.mark.slow
@pytest.mark.parametrize("tool", PATHS)
@settings(max_examples=150, derandomize=True, deadline=None)
@given(data=st.data())
def test_odd_settings_are_refused_or_shown_whatever_the_cloud_has(tool: str, data: st.DataObject) -> None:
    said, there = data.draw(documents(tool)), data.draw(documents(tool))
    with suppress(AckError):
        assert proposed(asked_for(tool, json.dumps(said)), there, json.dumps(there)).text


@pytest.mark.parametrize(
    "config",
    [
        '{"kind": "Secret", "data": {"a": {"b": "c"}}}',
        '{"user_data": {"a": {"b": 1}}}',
        '{"a": null}',
        '{"a": {}}',
        '{"a": ' * 31 + "1" + "}" * 31,
    ],
)
def test_odd_settings_of_an_addon_are_shown(config: str) -> None:
    assert " -> " in proposed(asked_for("manage_cluster_addon", config)).text


@pytest.mark.parametrize(
    "extension",
    [
        '{"scaling_group": {"vswitch_ids": 5}}',
        '{"scaling_group": {"vswitch_ids": true}}',
        '{"scaling_group": {"tags": [[]]}}',
        '{"auto_scaling": {"enable": "false"}}',
        '{"scaling_group": {"desired_size": [3]}}',
        '{"kubernetes_config": {"labels": [{"key": ["a"]}]}}',
    ],
)
def test_a_field_of_another_type_than_the_api_has_is_refused_by_its_path(extension: str) -> None:
    with pytest.raises(InvalidInput, match="no such field, or one of another shape: '"):
        proposed(asked_for("create_nodepool", extension))


def test_vswitches_that_the_cloud_tells_as_something_else_are_asked_for() -> None:
    with pytest.raises(InvalidInput, match="vswitch_ids is needed"):
        proposed(asked_for("create_nodepool", ""), {"scaling_group": {"vswitch_ids": 5}})
