"""Clusters: DescribeClustersV1, DescribeClustersForRegion and DescribeClusterDetail."""

from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.cluster_bodies import detail, listed, listed_in_region
from ack_sandbox.cloud.paging import asked_page
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.wire import Json

CLUSTER_TYPE = "ManagedKubernetes"
PROFILE = "Default"


def describe_clusters_v1(call: Call) -> Json:
    page = asked_page(call)
    found = [record for record in _matching(call) if call.wanted("region_id") in (None, record.plan.region)]
    return {
        "clusters": [listed(record, call.now) for record in page.cut(found)],
        "page_info": page.info(len(found)),
    }


def describe_clusters_for_region(call: Call) -> Json:
    page = asked_page(call)
    found = [record for record in _matching(call) if record.plan.region == call.path["region_id"]]
    return {
        "clusters": [listed_in_region(record, call.now) for record in page.cut(found)],
        "page_info": page.info(len(found)),
    }


def describe_cluster_detail(call: Call) -> Json:
    return detail(call.cluster(), call.now)


def _matching(call: Call) -> list[ClusterRecord]:
    clusters = call.store.clusters(call.key.account)
    return [record for record in clusters if _matches(record, call)]


def _matches(record: ClusterRecord, call: Call) -> bool:
    plan = record.plan
    exact = {
        "cluster_id": plan.id,
        "cluster_type": CLUSTER_TYPE,
        "cluster_spec": plan.spec,
        "profile": PROFILE,
    }
    named = (call.wanted("name") or "") in plan.name
    return named and all(call.wanted(name) in (None, value) for name, value in exact.items())
