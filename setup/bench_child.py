"""One step of ./setup/bench in a process of its own, so that its memory is its own: configuration, database, call."""

import importlib
import json
import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def main() -> None:
    """Call ``module.function(env, *arguments)``; words after the database are JSON."""
    conf, database, *words = sys.argv[1:]
    module, function, *arguments = map(json.loads, words)
    config.parse_config(["-c", conf, "-d", database, "--log-level=warn", "--db_maxconn=8"], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        getattr(importlib.import_module(module), function)(env, *arguments)


if __name__ == "__main__":
    main()
