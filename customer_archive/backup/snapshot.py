"""What a database held at one moment: the same snapshot serves the figures, the list of files and the dump."""

from contextlib import closing, contextmanager
from pathlib import Path

from odoo import release
from odoo.modules.neutralize import neutralize_database
from odoo.sql_db import db_connect
from odoo.tools import SQL, config, split_every

_TABLES = """
    SELECT format('%%I.%%I', n.nspname, c.relname)
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
       AND NOT EXISTS (
           SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1
"""
_AT_ONCE = 200


@contextmanager
def reading(database):
    """A cursor that sees one moment of a database from its first statement on, and changes nothing."""
    with closing(db_connect(database).cursor()) as cr:
        try:
            yield cr
        finally:
            cr.rollback()


def export(cr):
    """The name under which other connections see what this cursor sees, while it stays open."""
    cr.execute("SELECT pg_export_snapshot()")
    return cr.fetchone()[0]


def count_rows(cr):
    """Exact number of rows of every table that a dump holds, by name."""
    cr.execute(_TABLES, [])
    tables = [name for (name,) in cr.fetchall()]
    counts = {}
    for batch in split_every(_AT_ONCE, tables):
        # the names come quoted from the server
        parts = [SQL("SELECT %s, count(*) FROM " + name.replace("%", "%%"), name) for name in batch]
        cr.execute(SQL(" UNION ALL ").join(parts))
        counts.update(cr.fetchall())
    return counts


def stored_files(cr):
    """Names of the files that attachments refer to."""
    cr.execute("SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL ORDER BY 1")
    return [name for (name,) in cr.fetchall()]


def filestore(database):
    """The folder with the files of a database."""
    return Path(config.filestore(database))


def describe(cr, database):
    """The manifest that the host itself writes beside a dump."""
    cr.execute("SELECT name, latest_version FROM ir_module_module WHERE state = 'installed' ORDER BY name")
    return {
        "odoo_dump": "1",
        "db_name": database,
        "version": release.version,
        "version_info": release.version_info,
        "major_version": release.major_version,
        "pg_version": "{:.0f}.{:.0f}".format(*divmod(cr._cnx.server_version // 100, 100)),
        "modules": dict(cr.fetchall()),
    }


def database_size(cr):
    cr.execute("SELECT pg_database_size(current_database())")
    return cr.fetchone()[0]


def neutralize(database):
    """Take from a copy what would reach the outside: mail servers, scheduled actions and the like."""
    with db_connect(database).cursor() as cr:
        neutralize_database(cr)
