"""The cloud half of the sandbox region: simulated Alibaba Cloud APIs on loopback."""
