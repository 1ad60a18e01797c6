"""Makes `python -m ack_mcp_server` the same as the command `ack-mcp-server`."""

import sys

from ack_mcp_server.cli import main

if __name__ == "__main__":
    sys.exit(main())
