"""The audit log outlives the addon, goes on with the next installation, and takes a role of its own."""

import os
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[3]
ADDON = "customer_archive"
WRITE = """
env["customer.audit.log"]._note("job", "res.partner", [1], detail={1: {"name": ["a", "b"]}})
env.cr.commit()
from odoo.addons.customer_archive import audit_store
audit_store.seal(env.cr)
env.cr.commit()
"""


@pytest.fixture(scope="module")
def database():
    """A copy of the database on which the addon is alone."""
    return os.environ[f"ODOO_ARCHIVE_DATABASE_{ADDON}"]


def odoo(*arguments, script=None, status=0):
    command = [sys.executable, "-m", "odoo", *arguments]
    result = subprocess.run(command, input=script, capture_output=True, text=True)
    assert result.returncode == status, result.stdout[-3000:] + result.stderr[-3000:]
    return result.stdout


def at(database):
    return ["-c", os.environ["ODOO_ARCHIVE_CONF"], "-d", database]


def verify(database, *arguments, status=0):
    command = [f"--addons-path={ROOT}", "customer_archive_verify", *at(database), *arguments]
    told = odoo(*command, status=status).splitlines()
    return [line.removeprefix("HEAD ") for line in told if line.startswith(("HEAD", "GAP"))]


def connect(database, user=None):
    parser = ConfigParser(interpolation=None)
    parser.read(os.environ["ODOO_ARCHIVE_CONF"])
    names = {"db_host": "host", "db_port": "port", "db_user": "user", "db_password": "password"}
    found = {names[key]: value for key, value in parser["options"].items() if key in names and value != "False"}
    connection = psycopg2.connect(dbname=database, **{**found, **({"user": user} if user else {})})
    connection.autocommit = True
    return connection


def ask(database, query, user=None):
    connection = connect(database, user)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def shell(database, script):
    odoo("shell", *at(database), "--no-http", "--log-level=error", script=script)


def test_log_survives_uninstallation_and_goes_on_afterwards(database):
    shell(database, WRITE)
    [head] = verify(database)
    [(count,)] = ask(database, "SELECT count(*) FROM customer_audit.entry")
    odoo("module", "uninstall", *at(database), ADDON)
    [(left,)] = ask(database, "SELECT count(*) FROM customer_audit.entry")
    assert left >= count
    for query in ("DELETE FROM customer_audit.entry", "UPDATE customer_audit.seal SET hash = ''"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(database, query)
    assert verify(database, "--head", head)
    odoo("module", "install", *at(database), ADDON)
    shell(database, WRITE)
    [new_head] = verify(database, "--head", head)
    assert int(new_head.split(":")[0]) > int(head.split(":")[0])


def test_command_says_where_the_log_does_not_hold(database):
    assert verify(database, "--head", "1:" + "0" * 64, status=1)[0].startswith("GAP place 1 ")


def test_under_a_role_of_its_own_odoo_adds_and_reads_only(database):
    [(role, is_private)] = ask(database, "SELECT current_user, current_setting('is_superuser') = 'off'")
    try:
        connect(database, "postgres").close()
    except psycopg2.OperationalError:
        pytest.skip("this server lets no administrator in")
    if not is_private:
        pytest.skip("Odoo connects as a superuser here, whom no role keeps out")
    statements = subprocess.run(
        [sys.executable, ROOT / "setup" / "audit_role.py", role], capture_output=True, text=True, check=True
    ).stdout
    for _time in range(2):
        ask(database, statements, "postgres")
    for query in (
        "UPDATE customer_audit.entry SET login = ''",
        "DELETE FROM customer_audit.detail",
        "TRUNCATE customer_audit.seal",
        "DROP TABLE customer_audit.entry",
        "DROP SCHEMA customer_audit CASCADE",
        "ALTER TABLE customer_audit.entry DISABLE TRIGGER ALL",
        "ALTER TABLE customer_audit.entry OWNER TO CURRENT_USER",
        "CREATE TRIGGER t BEFORE DELETE ON customer_audit.entry EXECUTE FUNCTION customer_audit.refuse()",
        "CREATE OR REPLACE FUNCTION customer_audit.refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN OLD; END'",
        "SET ROLE customer_audit",
        "SET session_replication_role = replica",
        "INSERT INTO customer_audit.entry (time, channel, operation, model, ids, count, field_names, parts)"
        " VALUES ('2020-01-01', 'web', 'read', 'x', '{}', 0, '{}', '{}')",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(database, query)
    # the addon works on, sealing, erasing and an update included
    shell(database, WRITE)
    shell(database, 'env["customer.audit.log"]._erase("res.partner", [1]); env.cr.commit()')
    assert ask(database, "SELECT count(*) FROM customer_audit.detail WHERE res_id = 1") == [(0,)]
    odoo(*at(database), "-u", ADDON, "--stop-after-init", "--no-http", "--log-level=error")
    assert verify(database)
