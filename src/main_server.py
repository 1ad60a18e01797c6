"""The start lines that people already have: `python -m src.main_server` and, inside `src`, `python -m main_server`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ack_mcp_server.cli import main

if __name__ == "__main__":
    sys.exit(main())
