"""Makes `python -m ack_sandbox` open a region."""

import sys

from ack_sandbox.cli import main

if __name__ == "__main__":
    sys.exit(main())
