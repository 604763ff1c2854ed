"""Refuse a Python that is too old before anything is imported that it could not even read."""

import sys

if sys.version_info < (3, 10):
    sys.exit(
        "setup: Python %d.%d is too old, Odoo 19.0 needs 3.10 to 3.13. Start it with one, as in: python3.11 %s"
        % (sys.version_info[0], sys.version_info[1], sys.argv[0])
    )
