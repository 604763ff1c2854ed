"""Verify the audit log from the command line: odoo customer_archive_verify -d DATABASE [--head POSITION:HASH]."""

import sys

from odoo.cli import Command
from odoo.sql_db import db_connect
from odoo.tools import config


class Customer_Archive_Verify(Command):  # noqa: N801 - the host wants the name of the file
    """Verify the audit log of a database; it works after the addon was uninstalled, too.

    The exit status is 0 where the log holds and 1 where it does not. Keep the printed head elsewhere, and give it to
    the next run: a log that was cut off at its end is found by that only.
    """

    name = "customer_archive_verify"

    def run(self, args):
        self.parser.add_argument("-c", "--config", help="configuration file of Odoo")
        self.parser.add_argument("-d", "--database", required=True, help="database whose log is verified")
        self.parser.add_argument("--head", help="a head that was kept elsewhere, as POSITION:HASH")
        options = self.parser.parse_args(args)
        settings = ["-c", options.config] if options.config else []
        config.parse_config([*settings, "-d", options.database, "--log-level=warn"], setup_logging=True)
        from odoo.addons.customer_archive import audit_store  # noqa: PLC0415 - needs the addons path

        with db_connect(options.database).cursor() as cr:
            verdict = audit_store.verify(cr, options.head)
        for found in verdict.breaks:
            print(f"GAP place {found.position} entry {found.entry_id}: {found.reason}")
        print(f"{verdict.count} sealed, {verdict.waiting} not yet sealed, {verdict.erased} details erased")
        print(f"HEAD {verdict.head}")
        sys.exit(1 if verdict.breaks else 0)
