#!/usr/bin/env python3
"""Print the SQL that gives the audit log to a role of its own, so that Odoo can add to it and read it, nothing else.

    python3 setup/audit_role.py odoo | psql -v ON_ERROR_STOP=1 -d DATABASE      as the database's administrator

``odoo`` is the role by which Odoo connects. Run it again after an update of the addon and after a restore without
owners; it may run any number of times.
"""

import re
import sys
from pathlib import Path

SCHEMA = Path(__file__).resolve().parents[1] / "customer_archive" / "models" / "customer_audit_schema.sql"
OWNER = "customer_audit"
# No time: the clock of an entry is the server's.
COLUMNS = "id, user_id, login, company_id, address, channel, operation, model, ids, count, field_names, parts"

TEXT = """BEGIN;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}' AND (rolsuper OR rolcreaterole)) THEN
        RAISE EXCEPTION 'The role {role} may do anything, so no role protects the log from it: ALTER ROLE {role}'
            ' NOSUPERUSER NOCREATEROLE first.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{owner}') THEN
        CREATE ROLE {owner} NOLOGIN;
    END IF;
    IF pg_has_role('{role}', '{owner}', 'MEMBER') THEN
        RAISE EXCEPTION 'The role {role} is a member of {owner}: REVOKE {owner} FROM {role} first.';
    END IF;
END $$;
{schema}
DO $$
DECLARE item record;
BEGIN
    ALTER SCHEMA customer_audit OWNER TO {owner};
    FOR item IN SELECT c.relname FROM pg_class c
                 WHERE c.relnamespace = 'customer_audit'::regnamespace AND c.relkind = 'r'
    LOOP
        EXECUTE format('ALTER TABLE customer_audit.%I OWNER TO {owner}', item.relname);
    END LOOP;
    ALTER SEQUENCE customer_audit.entry_id_seq OWNER TO {owner};
    FOR item IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'customer_audit'::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO {owner}', item.name);
    END LOOP;
END $$;
REVOKE ALL ON SCHEMA customer_audit FROM PUBLIC, {role};
REVOKE ALL ON ALL TABLES IN SCHEMA customer_audit FROM PUBLIC, {role};
GRANT USAGE ON SCHEMA customer_audit TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA customer_audit TO {role};
GRANT INSERT ({columns}) ON customer_audit.entry TO {role};
GRANT INSERT ON customer_audit.detail, customer_audit.seal, customer_audit.erasure, customer_audit.anchor TO {role};
GRANT SELECT, USAGE ON SEQUENCE customer_audit.entry_id_seq TO {role};
COMMIT;
"""


def statements(role: str) -> str:
    """The SQL for the role by which Odoo connects."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", role):
        raise SystemExit(f"{role!r} is no plain name of a role: small letters, digits and underscores.")
    return TEXT.format(role=role, owner=OWNER, columns=COLUMNS, schema=SCHEMA.read_text(encoding="utf-8"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    print(statements(sys.argv[1]))
