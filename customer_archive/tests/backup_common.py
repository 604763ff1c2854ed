import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tools import config
from odoo.tools.misc import find_pg_tool

from ..backup import postgres
from ..const import KEY_FILE_VARIABLE, KEY_RING_PARAMETER, KEY_RING_VARIABLE
from ..tools.keyring import KeyRing
from .common import ParallelCase


class BackupCase(ParallelCase):
    """Real backups of the database of the tests, in a folder and with a key ring of their own; nothing of it stays."""

    def setUp(self):
        super().setUp()
        self.database = self.registry.db_name
        self.room = Path(tempfile.mkdtemp(prefix="archive-backup-"))
        self.addCleanup(shutil.rmtree, self.room, ignore_errors=True)
        self.folder = self.room / "backups"
        self.ring = KeyRing.fresh()
        self.write_ring(self.ring)
        self.enterContext(patch.dict(os.environ, {KEY_FILE_VARIABLE: str(self.room / "keys")}))
        os.environ.pop(KEY_RING_VARIABLE, None)
        with self.connect() as env:
            self.kept = {
                row["key"]: row["value"]
                for row in env["ir.config_parameter"].search_read([], ["key", "value"])
                if row["key"].startswith("customer_archive.backup_") or row["key"] == KEY_RING_PARAMETER
            }
            self.assertFalse(env["customer.backup"].search_count([]), "tests start without backups")
            env["ir.config_parameter"].search([("key", "=", KEY_RING_PARAMETER)]).unlink()
            env["ir.config_parameter"].set_param("customer_archive.backup_folder", str(self.folder))
            env.cr.commit()
        self.addCleanup(self.clean)

    def clean(self):
        with self.connect() as env:
            env["customer.backup"].search([]).unlink()
            env.ref("customer_archive.ir_cron_customer_backup").active = True
            env["ir.cron.trigger"].search([]).unlink()
            parameters = env["ir.config_parameter"]
            parameters.search([("key", "=like", "customer_archive.backup_%")]).unlink()
            parameters.search([("key", "=", KEY_RING_PARAMETER)]).unlink()
            for key, value in self.kept.items():
                parameters.set_param(key, value)
            env.cr.commit()
        self.assertFalse(self.scratches(), "a scratch database is left")

    def write_ring(self, ring):
        path = self.room / "keys"
        path.write_text(ring.dump())
        path.chmod(0o600)

    @contextmanager
    def connect(self):
        with closing(db_connect(self.database).cursor()) as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "lang": "en_US"})

    def scratches(self):
        with closing(db_connect("postgres").cursor()) as cr:
            prefix = postgres.scratch_prefix(self.database)
            cr.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
            return [name for (name,) in cr.fetchall()]

    def back_up(self, prove=True):
        """Make a backup at once; return what its row says."""
        with self.connect() as env:
            backup = env["customer.backup"]._run_command(prove=prove)
            return self.read(env, backup.id)

    def prove(self, backup):
        """Prove a backup at once; return what its row says."""
        with self.connect() as env:
            env["customer.backup"]._prove_command(Path(backup["path"]))
            return self.read(env, backup["id"])

    def read(self, env, backup_id):
        env.invalidate_all()
        names = [
            "state", "path", "size", "problem_kind", "problem_detail", "problem", "proven_date", "proof_text",
            "table_count", "row_count", "file_count", "missing_count", "counts", "removed_date", "step", "proof_wanted",
        ]
        return env["customer.backup"].browse(backup_id).read(names, load="")[0]

    def files(self):
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []

    @contextmanager
    def programs(self, **scripts):
        """Other programs of PostgreSQL than the machine's: name → shell script, in which $REAL is the real one."""
        folder = self.room / "programs"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, script in scripts.items():
            path = folder / name
            path.write_text(f"#!/bin/sh\nREAL={find_pg_tool(name)}\n{script}\n")
            path.chmod(0o700)
        with patch.dict(config.options, {"pg_path": str(folder)}):
            yield

    def get_command(self, *words, env=None):
        """Arguments of ``subprocess`` for the command outside Odoo in a process of its own."""
        addons = f"--addons-path={','.join(config['addons_path'])}"
        options = ["-D", config["data_dir"]]
        for name in ("db_host", "db_port"):
            options += [f"--{name}={config[name]}"] if config[name] else []
        options += ["-r", config["db_user"]] if config["db_user"] else []
        variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(env or {})}
        command = [sys.executable, "-m", "odoo", addons, "customer_backup", *map(str, words), *options]
        return {"args": command, "env": variables, "cwd": self.room}

    def run_command(self, *words, limit=None, env=None):
        """The command outside Odoo; ``limit`` is the largest file that it may write."""
        call = self.get_command(*words, env=env)
        if limit:
            call["args"] = ["bash", "-c", f'ulimit -f {limit >> 10}; exec "$@"', "bash", *call["args"]]
        return subprocess.run(**call, capture_output=True, text=True, timeout=300)
