import base64
import os
import zipfile
from unittest.mock import patch

from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..backup import postgres, restore, write
from ..const import KEY_FILE_VARIABLE
from ..tools.backup import BackupProblem
from ..tools.keyring import KeyRing
from .backup_common import BackupCase

JOB = "odoo.addons.customer_archive.models.customer_backup_job"


@tagged("post_install", "-at_install")
class TestBackup(BackupCase):
    """A backup and its proof, against the PostgreSQL of the tests."""

    def make_attachment(self, data):
        with self.connect() as env:
            attachment = env["ir.attachment"].create({"name": "Contract of Daheng", "datas": base64.b64encode(data)})
            env.cr.commit()
            found = attachment.id, attachment.store_fname
        self.addCleanup(self.remove_attachment, found[0])
        return found[1]

    def remove_attachment(self, attachment_id):
        with self.connect() as env:
            env["ir.attachment"].browse(attachment_id).unlink()
            env.cr.commit()

    def test_backup_is_proven_by_a_restored_copy(self):
        with self.connect() as env:
            partners = env["res.partner"].with_context(active_test=False).search_count([])
        backup = self.back_up()
        self.assertEqual((backup["state"], backup["problem_kind"]), ("proven", False))
        self.assertEqual(backup["counts"]["public.res_partner"], partners)
        self.assertEqual(backup["row_count"], sum(backup["counts"].values()))
        self.assertEqual(backup["table_count"], len(backup["counts"]))
        self.assertIn("tables hold the", backup["proof_text"])
        self.assertIn("“k1”", backup["proof_text"])
        self.assertRegex(backup["proof_text"], r"The log is whole and leads to the same end, over [\d,]+ sealed")
        self.assertTrue(backup["proven_date"])
        self.assertFalse(backup["step"])
        self.assertEqual(os.stat(backup["path"]).st_mode & 0o777, 0o600)
        self.assertEqual(backup["size"], os.stat(backup["path"]).st_size)
        self.assertEqual(self.scratches(), [])

    def test_file_shows_nothing_without_the_key(self):
        self.make_attachment(b"the secret of the contract")
        backup = self.back_up(prove=False)
        with open(backup["path"], "rb") as stream:
            content = stream.read()
        for word in (b"CREATE TABLE", b"secret of the contract", b"dump.sql", b"filestore", b"PK\x03\x04"):
            self.assertNotIn(word, content)

    def test_files_of_attachments_are_in_the_backup(self):
        data = os.urandom(3 << 20)
        name = self.make_attachment(data)
        backup = self.back_up()
        self.assertEqual((backup["state"], backup["missing_count"]), ("proven", 0))
        with restore.opened(backup["path"], self.ring) as (book, _key):
            self.assertEqual(book.read(f"filestore/{name}"), data)

    def test_file_that_was_gone_before_is_told_and_does_not_spoil_the_proof(self):
        name = self.make_attachment(b"gone from the disk")
        os.unlink(os.path.join(config.filestore(self.database), name))
        backup = self.back_up()
        self.assertEqual((backup["state"], backup["missing_count"]), ("proven", 1))
        self.assertIn("1 files were missing", backup["proof_text"])

    def test_works_where_the_database_manager_is_closed(self):
        with patch.dict(config.options, {"list_db": False}):
            self.assertEqual(self.back_up()["state"], "proven")

    def test_copy_is_hidden_from_managers_and_schedulers(self):
        from odoo.service.db import list_dbs

        seen, name = [], postgres.scratch_name(self.database)
        with patch.dict(config.options, {"db_name": [], "dbfilter": ""}):
            postgres.create_hidden(name)
            try:
                seen = list_dbs(True)
                self.assertTrue(postgres.exists(name))
            finally:
                postgres.drop(name)
        self.assertIn(self.database, seen)
        self.assertNotIn(name, seen)
        self.assertFalse(postgres.exists(name))
        self.assertNotIn(name, Registry.registries)

    def test_rotated_ring_still_proves_older_backups(self):
        backup = self.back_up(prove=False)
        self.write_ring(self.ring.rotated("k2"))
        self.assertEqual(self.prove(backup)["state"], "proven")


@tagged("post_install", "-at_install")
class TestBackupFailures(BackupCase):
    """Whatever goes wrong is caught, said in words, and costs no older backup."""

    def assert_failed(self, backup, kind, words=""):
        self.assertEqual((backup["state"], backup["problem_kind"]), ("failed", kind), backup["problem_detail"])
        self.assertIn(words, backup["problem_detail"] or "")
        self.assertGreater(len(backup["problem"]), 20)
        self.assertEqual(self.scratches(), [])
        self.assertFalse([name for name in self.files() if name.endswith(".part")])

    @mute_logger(JOB)
    def test_pg_dump_that_fails_leaves_the_old_backup(self):
        self.back_up(prove=False)
        before = self.files()
        cases = {
            "killed half-way": ('"$REAL" "$@" | head -c 50000; kill -9 $$', "pg_dump"),
            "ends well and is not whole": ('"$REAL" "$@" | head -c 50000; exit 0', "pg_dump"),
            "says nothing": ("exit 0", "pg_dump"),
            "may not log in": ('PGUSER=nobody_of_that_name exec "$REAL" "$@"', "pg_dump"),
            "meets a full disk": ('echo "could not write: No space left on device" >&2; exit 1', "disk_full"),
        }
        for name, (script, kind) in cases.items():
            with self.subTest(name), self.programs(pg_dump=script):
                self.assert_failed(self.back_up(), kind)
                self.assertEqual(self.files(), before)

    @mute_logger(JOB, "odoo.sql_db")
    def test_table_that_the_database_user_may_not_read(self):
        with self.connect() as env:
            env.cr.execute("CREATE TABLE archive_backup_closed (id integer)")
            env.cr.execute("REVOKE ALL ON archive_backup_closed FROM CURRENT_USER")
            env.cr.execute("SELECT has_table_privilege('archive_backup_closed', 'SELECT')")
            [readable] = env.cr.fetchone()
            env.cr.commit()
        try:
            if readable:
                self.skipTest("the database user may read everything")
            self.assert_failed(self.back_up(), "pg_dump", "permission denied")
        finally:
            with self.connect() as env:
                env.cr.execute("DROP TABLE archive_backup_closed")
                env.cr.commit()

    @mute_logger(JOB)
    def test_program_that_is_missing(self):
        with self.programs():
            self.assert_failed(self.back_up(), "no_program", "pg_dump")

    def test_full_disk_leaves_the_old_backup(self):
        self.back_up(prove=False)
        before = self.files()
        done = self.run_command("make", "-d", self.database, limit=512 << 10)
        self.assertEqual(done.returncode, 1, done.stderr)
        with self.connect() as env:
            newest = env["customer.backup"].search([], limit=1)
            self.assert_failed(self.read(env, newest.id), "disk_full")
        self.assertIn("The disk is full", done.stdout)
        self.assertEqual(self.files(), before)

    @mute_logger(JOB)
    def test_folder_that_cannot_be_used(self):
        store = config.filestore(self.database)
        (self.room / "file").write_text("no folder")
        cases = {f"{store}/backups": "inside", str(self.room / "file"): "not_writable", "relative": "not_writable"}
        for folder, kind in cases.items():
            with self.subTest(folder):
                with self.connect() as env:
                    env["ir.config_parameter"].set_param("customer_archive.backup_folder", folder)
                    env.cr.commit()
                self.assert_failed(self.back_up(), kind)
        with self.assertRaises(BackupProblem) as caught:
            write.prepare_folder(self.folder, self.database, expected=1 << 60)
        self.assertEqual(caught.exception.kind, "no_room")

    @mute_logger(JOB)
    def test_file_that_was_cut_off_or_changed(self):
        backup = self.back_up(prove=False)
        with open(backup["path"], "rb") as stream:
            content = stream.read()
        flipped = bytearray(content)
        flipped[len(content) // 2] ^= 1
        cases = {
            "cut in the middle": (content[: len(content) // 2], "cut_off"),
            "last byte gone": (content[:-1], "cut_off"),
            "only a head": (content[:20], "cut_off"),
            "one bit": (bytes(flipped), "damaged"),
            "something else": (b"PK" + content, "not_sealed"),
            "empty": (b"", "not_sealed"),
        }
        for name, (changed, kind) in cases.items():
            with self.subTest(name):
                with open(backup["path"], "wb") as stream:
                    stream.write(changed)
                self.assert_failed(self.prove(backup), kind)
        with open(backup["path"], "wb") as stream:
            stream.write(content)
        self.assertEqual(self.prove(backup)["state"], "proven")

    @mute_logger(JOB)
    def test_copy_that_differs_is_no_proof(self):
        backup = self.back_up(prove=False)
        original = os.path.join(self.room, "original")
        os.rename(backup["path"], original)
        cases = {"counts": {"counts": {}}, "canary": {"canary": "0" * 64}, "files": {"files": 10**6}}
        cases |= {"log": {"log": {"head": "1:" + "0" * 64}}, "not_whole": {"dump_hash": "0" * 64}}
        for kind, change in cases.items():
            with self.subTest(kind):
                self.rewrite(original, backup["path"], change)
                self.assert_failed(self.prove(backup), kind)

    def rewrite(self, original, path, change):
        """A backup that notes something else than it holds, sealed with the right key."""
        import json

        from ..tools.sealed_file import SealWriter

        with restore.opened(original, self.ring) as (book, _key), open(path, "wb") as target:
            writer = SealWriter(target, self.ring.derive(write.PURPOSE), self.ring.current)
            with zipfile.ZipFile(writer, "w") as copy:
                for name in book.namelist():
                    data = book.read(name)
                    if name == "manifest.json":
                        manifest = json.loads(data)
                        manifest["customer_archive"].update(change)
                        data = json.dumps(manifest)
                    copy.writestr(name, data)
            writer.close()

    @mute_logger(JOB)
    def test_copy_that_cannot_be_restored_says_nothing_about_the_file(self):
        backup = self.back_up()
        cases = {
            "psql": ('"$REAL" "$@" < /dev/null; echo "psql: broke off" >&2; exit 3', "psql"),
            "a full disk": ('cat > /dev/null; echo "No space left on device" >&2; exit 3', "disk_full"),
            "killed": ("kill -9 $$", "psql"),
        }
        for name, (script, kind) in cases.items():
            with self.subTest(name), self.programs(psql=script):
                found = self.prove(backup)
                self.assertEqual((found["state"], found["problem_kind"]), ("proven", kind))
                self.assertEqual(self.scratches(), [])

    @mute_logger(JOB)
    def test_keys_that_are_missing_or_wrong(self):
        backup = self.back_up(prove=False)
        found = [self.prove_with(backup, KeyRing.fresh("k9")), self.prove_with(backup, KeyRing.fresh("k1"))]
        os.unlink(self.room / "keys")
        found.append(self.prove(backup))
        self.assertEqual([row["problem_kind"] for row in found], ["no_key", "wrong_key", "no_ring"], found[2])
        self.assertEqual({row["state"] for row in found}, {"made"}, "the file is as good as before")
        self.assert_failed(self.back_up(), "no_ring")

    def prove_with(self, backup, ring):
        """Prove with a foreign ring in a database that knows none, as after a disaster."""
        self.write_ring(ring)
        with self.connect() as env:
            env["ir.config_parameter"].search([("key", "=", "customer_archive.known_keys")]).unlink()
            env.cr.commit()
        found = self.prove(backup)
        self.write_ring(self.ring)
        with self.connect() as env:
            env["ir.config_parameter"].search([("key", "=", "customer_archive.known_keys")]).unlink()
            env["customer.key.ring"]._load()
            env.cr.commit()
        return found

    @mute_logger(JOB)
    def test_file_that_is_gone(self):
        backup = self.back_up(prove=False)
        os.unlink(backup["path"])
        self.assertEqual(self.prove(backup)["problem_kind"], "no_file")


@tagged("post_install", "-at_install")
class TestBackupCommand(BackupCase):
    """The command outside Odoo, in a process of its own."""

    def test_command_makes_and_proves(self):
        done = self.run_command("make", "-d", self.database)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertIn(": proven", done.stdout)
        with self.connect() as env:
            backup = env["customer.backup"].search([])
            self.assertEqual((backup.state, backup.kind), ("proven", "command"))
            path = backup.path
        self.assertEqual(self.run_command("prove", path, "-d", self.database).returncode, 0)

    def test_command_restores_where_only_file_and_keys_are_left(self):
        backup = self.back_up(prove=False)
        name = f"{self.database}_rescued"
        self.addCleanup(self.drop_restored, name)
        keys = self.room / "keys of the safe"
        os.rename(self.room / "keys", keys)
        done = self.run_command("restore", backup["path"], "-d", name, "--keys", keys, env={KEY_FILE_VARIABLE: ""})
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        from contextlib import closing

        from odoo.sql_db import db_connect

        with closing(db_connect(name).cursor()) as cr:
            cr.execute("SELECT count(*) FROM res_partner")
            self.assertEqual(cr.fetchone()[0], backup["counts"]["public.res_partner"])
            cr.execute("SELECT state, size > 0 FROM customer_backup WHERE id = %s", [backup["id"]])
            self.assertEqual(cr.fetchone(), ("made", True))
            cr.execute("SELECT datistemplate FROM pg_database WHERE datname = current_database()")
            self.assertEqual(cr.fetchone(), (False,))
        stored = sum(len(files) for _path, _folders, files in os.walk(config.filestore(name)))
        self.assertEqual(stored, backup["file_count"])
        again = self.run_command("restore", backup["path"], "-d", name, "--keys", keys)
        self.assertEqual(again.returncode, 1)
        self.assertIn("exists", again.stderr)
        os.rename(keys, self.room / "keys")

    def drop_restored(self, name):
        import shutil

        postgres.drop(name)
        shutil.rmtree(config.filestore(name), ignore_errors=True)

    def test_command_decrypts_to_a_file_of_the_host(self):
        backup = self.back_up(prove=False)
        target = self.room / "plain.zip"
        done = self.run_command("decrypt", backup["path"], target)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        with zipfile.ZipFile(target) as book:
            self.assertIsNone(book.testzip())
            self.assertLessEqual({"dump.sql", "manifest.json"}, set(book.namelist()))
            self.assertIn(b"CREATE TABLE public.res_partner", book.read("dump.sql"))
        self.assertEqual(self.run_command("decrypt", backup["path"], target).returncode, 1, "nothing is overwritten")
        wrong = self.room / "wrong"
        wrong.write_text(KeyRing.fresh().dump())
        done = self.run_command("decrypt", backup["path"], self.room / "other.zip", "--keys", wrong)
        self.assertEqual(done.returncode, 1)
        self.assertIn("wrong_key", done.stderr)
        self.assertFalse((self.room / "other.zip").exists())

    def test_restoring_a_bad_file_leaves_nothing(self):
        backup = self.back_up(prove=False)
        with open(backup["path"], "r+b") as stream:
            stream.seek(os.stat(backup["path"]).st_size // 2)
            stream.write(b"\0" * 64)
        name = f"{self.database}_broken"
        done = self.run_command("restore", backup["path"], "-d", name)
        self.assertEqual(done.returncode, 1)
        self.assertIn("damaged", done.stderr)
        self.assertFalse(postgres.exists(name))
        self.assertFalse(os.path.exists(config.filestore(name)))
