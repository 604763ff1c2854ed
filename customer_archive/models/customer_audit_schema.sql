-- Where the audit log lives: a schema of its own that outlives the addon. Odoo runs this text when the addon is
-- installed or updated; setup/audit_role.py runs it when the schema belongs to a role of its own. It may run any number
-- of times.
--
-- No statement of a person, and no flag of a session, opens these tables. Rows leave them only when the log itself
-- says so: an erasure or an anchor is added, each names an entry of the log, and the trigger behind it does the rest.

CREATE SCHEMA IF NOT EXISTS customer_audit;
CREATE SEQUENCE IF NOT EXISTS customer_audit.entry_id_seq;

CREATE TABLE IF NOT EXISTS customer_audit.entry (
    id bigint PRIMARY KEY DEFAULT nextval('customer_audit.entry_id_seq'),
    time timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    user_id integer,
    login text,
    company_id integer,
    address text,
    channel text NOT NULL,
    operation text NOT NULL,
    model text NOT NULL,
    ids bigint[] NOT NULL,
    count integer NOT NULL,
    field_names text[] NOT NULL,
    parts text[] NOT NULL  -- SHA-256 of the salted rows of "detail", in their order
);
CREATE INDEX IF NOT EXISTS entry_time_idx ON customer_audit.entry (time);
CREATE INDEX IF NOT EXISTS entry_user_idx ON customer_audit.entry (user_id, time);
CREATE INDEX IF NOT EXISTS entry_ids_idx ON customer_audit.entry USING gin (ids);

-- What may be about a person and can be erased: old and new values, search terms.
CREATE TABLE IF NOT EXISTS customer_audit.detail (
    entry_id bigint NOT NULL,
    part integer NOT NULL,
    res_id bigint NOT NULL,  -- 0: about no single record
    salt text NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (entry_id, part)
);

CREATE TABLE IF NOT EXISTS customer_audit.seal (
    position bigint PRIMARY KEY,
    entry_id bigint NOT NULL UNIQUE,
    hash text NOT NULL
);

-- An erased part and the entry of the log that says so.
CREATE TABLE IF NOT EXISTS customer_audit.erasure (
    entry_id bigint NOT NULL,
    part integer NOT NULL,
    log_id bigint NOT NULL,
    PRIMARY KEY (entry_id, part)
);

-- Up to where old entries were taken out, the hash there, the bundle that holds them, the entry that says so.
CREATE TABLE IF NOT EXISTS customer_audit.anchor (
    position bigint PRIMARY KEY,
    hash text NOT NULL,
    bundle text NOT NULL,
    log_id bigint NOT NULL
);

CREATE OR REPLACE FUNCTION customer_audit.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log takes additions only: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE FUNCTION customer_audit.is_anchored(entry bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM customer_audit.seal s
                    WHERE s.entry_id = entry AND s.position <= (SELECT max(a.position) FROM customer_audit.anchor a))
$$;

CREATE OR REPLACE FUNCTION customer_audit.guard_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE allowed boolean;
BEGIN
    IF TG_TABLE_NAME = 'entry' THEN
        allowed := customer_audit.is_anchored(OLD.id);
    ELSIF TG_TABLE_NAME = 'seal' THEN
        allowed := OLD.position <= (SELECT max(a.position) FROM customer_audit.anchor a);
    ELSE
        allowed := customer_audit.is_anchored(OLD.entry_id) OR EXISTS (
            SELECT FROM customer_audit.erasure e WHERE e.entry_id = OLD.entry_id AND e.part = OLD.part);
    END IF;
    IF allowed IS NOT TRUE THEN
        RAISE EXCEPTION 'The audit log takes additions only: % of % is refused.', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;

CREATE OR REPLACE FUNCTION customer_audit.erase() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM customer_audit.entry e
                    WHERE e.id = NEW.log_id AND e.operation = 'erase' AND e.model = 'customer.audit.log'
                      AND e.ids @> ARRAY[NEW.entry_id]) THEN
        RAISE EXCEPTION 'An erasure must be an entry of the log itself.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM customer_audit.detail d WHERE d.entry_id = NEW.entry_id AND d.part = NEW.part;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION customer_audit.purge() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE old_ids bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM customer_audit.entry e
                    WHERE e.id = NEW.log_id AND e.operation = 'purge' AND e.model = 'customer.audit.log')
       OR NOT EXISTS (SELECT FROM customer_audit.seal s WHERE s.position = NEW.position AND s.hash = NEW.hash) THEN
        RAISE EXCEPTION 'Old entries leave the log only up to a sealed entry, and the log must say so.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    old_ids := ARRAY(SELECT s.entry_id FROM customer_audit.seal s WHERE s.position <= NEW.position);
    -- half a year is what the law asks of network logs at least; no setting of Odoo goes below
    IF EXISTS (SELECT FROM customer_audit.entry e
                WHERE e.id = ANY(old_ids) AND e.time > (now() AT TIME ZONE 'UTC') - interval '180 days') THEN
        RAISE EXCEPTION 'Entries younger than 180 days stay in the log.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM customer_audit.detail d WHERE d.entry_id = ANY(old_ids);
    DELETE FROM customer_audit.entry e WHERE e.id = ANY(old_ids);
    DELETE FROM customer_audit.seal s WHERE s.position <= NEW.position;
    RETURN NULL;
END $$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['entry', 'detail', 'seal', 'erasure', 'anchor'] LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS refuse_change ON customer_audit.%I', name);
        EXECUTE format('DROP TRIGGER IF EXISTS refuse_truncate ON customer_audit.%I', name);
        EXECUTE format('DROP TRIGGER IF EXISTS guard_delete ON customer_audit.%I', name);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON customer_audit.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION customer_audit.refuse()', name);
        IF name IN ('erasure', 'anchor') THEN
            EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON customer_audit.%I'
                ' FOR EACH ROW EXECUTE FUNCTION customer_audit.refuse()', name);
        ELSE
            EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE ON customer_audit.%I'
                ' FOR EACH ROW EXECUTE FUNCTION customer_audit.refuse()', name);
            EXECUTE format('CREATE TRIGGER guard_delete BEFORE DELETE ON customer_audit.%I'
                ' FOR EACH ROW EXECUTE FUNCTION customer_audit.guard_delete()', name);
        END IF;
        -- the triggers hold in sessions that replicate or restore, too
        EXECUTE format('ALTER TABLE customer_audit.%I ENABLE ALWAYS TRIGGER refuse_change', name);
        EXECUTE format('ALTER TABLE customer_audit.%I ENABLE ALWAYS TRIGGER refuse_truncate', name);
        IF name NOT IN ('erasure', 'anchor') THEN
            EXECUTE format('ALTER TABLE customer_audit.%I ENABLE ALWAYS TRIGGER guard_delete', name);
        END IF;
    END LOOP;
END $$;
DROP TRIGGER IF EXISTS erase ON customer_audit.erasure;
CREATE TRIGGER erase AFTER INSERT ON customer_audit.erasure FOR EACH ROW EXECUTE FUNCTION customer_audit.erase();
DROP TRIGGER IF EXISTS purge ON customer_audit.anchor;
CREATE TRIGGER purge AFTER INSERT ON customer_audit.anchor FOR EACH ROW EXECUTE FUNCTION customer_audit.purge();
