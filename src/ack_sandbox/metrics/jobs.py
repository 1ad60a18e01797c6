"""The scrape jobs, as their `job` label names them, and the `instance` of a target.

The names are those of ACK's managed collection as dashboards use them; no document lists them.
"""

CADVISOR = "_arms/kubelet/cadvisor"
KUBELET = "_arms/kubelet/metric"
STATE = "_kube-state-metrics"
NODE_EXPORTER = "node-exporter"
COREDNS = "coredns"
INGRESS = "nginx-ingress-controller"
API_SERVER = "apiserver"

KUBELET_PORT = 10250
EXPORTER_PORT = 9100
STATE_PORT = 8080
DNS_PORT = 9153
INGRESS_PORT = 10254
API_PORT = 6443
API_ADDRESSES = ("10.0.0.11", "10.0.0.12")
