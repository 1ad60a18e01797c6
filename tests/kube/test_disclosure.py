"""What only kubectl can answer, and must not be asked because its answer tells a secret."""

import pytest

from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.kube.disclosure import check_wait
from ack_mcp_server.kube.parse import parse


@pytest.mark.parametrize(
    "condition",
    [
        "jsonpath={.data.password}=aHVudGVy",
        "jsonpath={.data.password}",
        "jsonpath=.data.password=aHVudGVy",
        "JSONPATH={.data.password}=aHVudGVy",
        "jsonpath={.spec.containers[0].env[0].value}=hunter2",
        "jsonpath={.metadata.annotations}=x",
        "jsonpath={..password}=hunter2",
        "jsonpath={.status..password}=hunter2",
        "jsonpath={.status}{.data}=x",
        "jsonpath={.status.adminPassword}=hunter2",
        'jsonpath={.status.conditions[?($.data.password=="x")].type}=x',
        "jsonpath={.status.a[?(@.x==$.data.b)]}=x",
        "jsonpath={['data']['password']}=x",
    ],
)
def test_waiting_until_a_guess_is_right_is_refused(condition: str) -> None:
    with pytest.raises(NotEnabled, match="status"):
        check_wait(parse(f"wait secret/x '--for={condition}'"))


@pytest.mark.parametrize(
    "condition",
    [
        "delete",
        "condition=Ready",
        "condition=Ready=False",
        "jsonpath={.status.phase}=Running",
        "jsonpath=.status.phase=Running",
        "jsonpath={.status.loadBalancer.ingress}",
        "jsonpath={.status.loadBalancer.ingress[0].ip}",
        'jsonpath={.status.conditions[?(@.type=="Ready")].status}=True',
    ],
)
def test_waiting_for_a_state_is_not(condition: str) -> None:
    check_wait(parse(f"wait pod/x '--for={condition}'"))
