"""An MCP server through which an agent or a program operates a fleet of Alibaba Cloud ACK clusters."""

__version__ = "0.1.0"
