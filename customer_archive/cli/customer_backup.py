"""``odoo customer_backup``: make, prove and restore backups of the customer archive without the web client."""

import os
import sys
from pathlib import Path

from odoo.cli import Command
from odoo.tools import config

# Options of the host that are passed on to it.
_HOST_OPTIONS = {
    "config": "-c",
    "database": "-d",
    "data_dir": "-D",
    "addons_path": "--addons-path",
    "db_host": "--db_host",
    "db_port": "--db_port",
    "db_user": "-r",
    "pg_path": "--pg_path",
    "log_level": "--log-level",
}
_ACTIONS = (
    ("make", (), "make a backup of DATABASE and prove it"),
    ("prove", ("file",), "restore a copy of FILE, a backup of DATABASE, and compare it"),
    ("restore", ("file",), "restore FILE as the new database DATABASE, with its files"),
    ("decrypt", ("file", "target"), "write FILE as a plain ZIP file that “odoo db load” takes"),
)


class CustomerBackup(Command):
    """Make, prove and restore encrypted backups of a database and its files"""

    name = "customer_backup"
    epilog = """
        Restoring and decrypting need the file and the key ring only: no database has to be left. The key ring is looked
        for where Odoo looks for it; --keys names another file. Exit status 0: done; 1: not done, the reason is written.
    """

    def run(self, args):
        """Do what the command line says; the process ends with the status."""
        options = self._parse(args)
        self._configure(options)
        # only now: importing the addon takes the configuration
        from odoo.addons.customer_archive.tools.backup import BackupProblem

        try:
            status = getattr(self, f"_{options.action}")(options)
        except BackupProblem as problem:
            print(f"customer_backup: {problem.kind}: {problem.detail}", file=sys.stderr)
            status = 1
        sys.exit(status)

    def _parse(self, args):
        actions = self.parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for name, words, help_text in _ACTIONS:
            action = actions.add_parser(name, help=help_text)
            for word in words:
                action.add_argument(word, type=lambda text: Path(text).resolve())
            action.add_argument("--keys", type=Path, help="file of the key ring")
            for option, flag in _HOST_OPTIONS.items():
                action.add_argument(flag, dest=option, default="warn" if option == "log_level" else None)
        actions.choices["make"].add_argument("--no-proof", action="store_true", help="leave out the proof")
        actions.choices["restore"].add_argument(
            "--neutralize", action="store_true", help="switch off mail servers and scheduled actions, for a copy to try"
        )
        options = self.parser.parse_args(args)
        if options.action != "decrypt" and not options.database:
            self.parser.error("-d DATABASE is missing")
        return options

    def _configure(self, options):
        if options.keys:
            os.environ["CUSTOMER_ARCHIVE_KEY_FILE"] = str(options.keys.resolve())
            os.environ.pop("CUSTOMER_ARCHIVE_KEYS", None)
        words = []
        for option, flag in _HOST_OPTIONS.items():
            if value := getattr(options, option):
                words += [f"{flag}={value}"] if flag.startswith("--") else [flag, value]
        config.parse_config(words, setup_logging=True)

    #=== WITH THE DATABASE ===#

    def _make(self, options):
        return self._in_database(options, lambda backups: backups._run_command(prove=not options.no_proof))

    def _prove(self, options):
        return self._in_database(options, lambda backups: backups._prove_command(options.file))

    def _in_database(self, options, work):
        from odoo import SUPERUSER_ID, api
        from odoo.modules.registry import Registry

        with Registry(options.database).cursor() as cr:
            backup = work(api.Environment(cr, SUPERUSER_ID, {})["customer.backup"])
            cr.commit()
            print(f"{backup.path or '-'}: {backup.state}")
            for text in filter(None, (backup.proof_text, backup.problem, backup.problem_detail)):
                print(text)
            return 1 if backup.problem_kind else 0

    #=== WITHOUT A DATABASE ===#

    def _restore(self, options):
        from odoo.addons.customer_archive.backup import restore

        noted = restore.restore(options.file, self._read_ring(), options.database, neutralize=options.neutralize)
        tables, rows = len(noted.counts), sum(noted.counts.values())
        print(f"{options.database}: {tables} tables, {rows} rows, {noted.files} files, as of {noted.taken} UTC")
        return 0

    def _decrypt(self, options):
        from odoo.addons.customer_archive.backup import restore

        restore.decrypt(options.file, self._read_ring(), options.target)
        print(f"{options.target}: readable by everybody who gets it, remove it soon")
        return 0

    def _read_ring(self):
        """The key ring where no database says anything about it."""
        from odoo.addons.customer_archive.const import KEY_FILE_VARIABLE, KEY_RING_FILE, KEY_RING_VARIABLE
        from odoo.addons.customer_archive.tools.backup import BackupProblem
        from odoo.addons.customer_archive.tools.keyring import KeyRing, KeyRingError

        path = Path(os.environ.get(KEY_FILE_VARIABLE) or Path(config["data_dir"]) / KEY_RING_FILE)
        try:
            return KeyRing.parse(os.environ.get(KEY_RING_VARIABLE) or path.read_text(encoding="ascii"))
        except (OSError, KeyRingError, UnicodeDecodeError) as error:
            raise BackupProblem("no_ring", str(path)) from error
