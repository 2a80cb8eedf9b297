"""`python -m sls_leastpriv`, the same command as `sls-leastpriv`."""

import sys

from sls_leastpriv.cli import main

if __name__ == "__main__":
    sys.exit(main())
