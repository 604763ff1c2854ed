from datetime import timedelta

import psycopg2
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import CLOSED, CONTROLLED_STATES, MERGED, UNDO_DAYS
from .res_partner_control import APPROVED_CHANGE

# Columns of the contact that the classification alone decides on.
_CLASS_PREFIXES = ("customer_level", "customer_lifecycle")


class CustomerMerge(models.Model):
    """How two archives become one."""

    _inherit = "customer.merge"
    _name = "customer.merge"

    @api.model
    def _merge(self, survivor, other, choices=None):
        """Make two archives one: everything that points to ``other`` moves, and ``other`` is closed and hidden.

        :param survivor: ``res.partner``, the archive that stays
        :param other: ``res.partner``, the archive that is closed
        :param choices: dict of field name: id of the archive whose value stays; a fact left out stays the survivor's,
            or becomes the other's where the survivor has none
        :return: the record that can undo it
        :raise UserError: where they cannot be merged, with the mend; then nothing has changed
        """
        self._lock(survivor | other)
        if refusal := survivor._get_merge_refusal(other):
            raise UserError(refusal)
        names = survivor._get_taken_facts(other, choices or {})
        try:
            with self.env.cr.savepoint():
                return self._carry_out(survivor, other, names)
        except psycopg2.IntegrityError as error:
            raise UserError(
                self.env._(
                    "“%(other)s” and “%(kept)s” cannot be merged: their rows in “%(table)s” do not go together "
                    "(%(name)s). Nothing was changed. Correct one of them there, then merge again.",
                    other=other.display_name,
                    kept=survivor.display_name,
                    table=self.env["customer.merger"]._get_table_label(error.diag.table_name or ""),
                    name=error.diag.constraint_name or "",
                )
            ) from error

    @api.model
    def _lock(self, partners):
        """Let one merge at a time touch these archives: a rival waits, then reads again what became of them."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT id FROM res_partner WHERE id IN %s ORDER BY id FOR UPDATE", tuple(sorted(partners.ids)))
        )
        partners.invalidate_recordset()

    @api.model
    def _carry_out(self, survivor, other, names):
        # sudo: rows of every kind follow their customer; the right to merge was checked before
        kept, gone = survivor.sudo(), other.sudo()
        contacts = kept.with_context(active_test=False).search([("id", "child_of", gone.ids), ("id", "!=", gone.id)])
        approved = gone.archive_state in CONTROLLED_STATES or kept.archive_state not in CONTROLLED_STATES
        before = self._read_rows(kept | gone | contacts)
        former = self._get_former_facts(kept, names)
        waived = self._get_waived(gone)
        changes = kept.archive_change_ids
        moves = self.env["customer.merger"]._move(gone, kept)
        handed = self._move_contacts(gone, kept)
        self._close(gone, kept)
        relations = self._take_facts(survivor, gone, names, approved)
        tags = self._take_tags(kept, gone)
        self._move_pairs(kept, gone)
        kept._check_archives()
        kept._classify()
        payload = {
            "moves": moves,
            "contacts": len(handed),
            "rows": self._get_row_changes(before, kept, names),
            "picture": self._get_picture_mark(kept) if "picture" in former else False,
            "waived": waived.ids,
            "relations": relations,
            "tags": tags.ids,
            "proposals": (kept.archive_change_ids - changes).ids,
        }
        merge = self._record(kept, gone, payload)
        merge.sudo()._keep_former_facts(former)
        return merge

    @api.model
    def _record(self, kept, gone, payload):
        # sudo: a merge is recorded by this method only
        log = self.env["customer.audit.log"]
        log._note("merge", kept._name, (kept | gone).ids, detail={gone.id: {"archive_merged_into_id": [None, kept.id]}})
        merge = self.sudo().create(
            {
                "partner_id": kept.id,
                "other_id": gone.id,
                "other_name": gone.name,
                "user_id": self.env.uid,
                "undo_until": fields.Datetime.now() + timedelta(days=UNDO_DAYS),
                "summary": self._summarize(payload),
                "payload": payload,
            }
        )
        kept._message_log(body=self.env._("“%s” was merged into this archive.", gone.display_name))
        gone._message_log(body=self.env._("Merged into “%s”.", kept.display_name))
        return merge.with_env(self.env)

    @api.model
    def _summarize(self, payload):
        """Rows by table: list of [table, number that moved, number that stayed]; rows with two columns count once."""
        moved, stayed = {}, {}
        for move in payload["moves"]:
            moved.setdefault(move["table"], set()).update(move["keys"])
            stayed[move["table"]] = max(stayed.get(move["table"], 0), move["stayed"])
        found = [[table, len(keys), stayed[table]] for table, keys in sorted(moved.items()) if keys or stayed[table]]
        return found + ([["res_partner", payload["contacts"], 0]] if payload["contacts"] else [])

    @api.model
    def _move_contacts(self, gone, kept):
        """Hand the contacts of the closed archive over; companies among them keep their own facts."""
        contacts = gone.with_context(active_test=False, tracking_disable=True).search([("parent_id", "=", gone.id)])
        companies = contacts.filtered(lambda contact: contact.commercial_partner_id != gone)
        (contacts - companies).write({"parent_id": kept.id})
        if companies:
            companies.flush_recordset()
            self.env.cr.execute(
                SQL("UPDATE res_partner SET parent_id = %s WHERE id IN %s", kept.id, tuple(companies.ids))
            )
            companies.invalidate_recordset(["parent_id"])
            companies.modified(["parent_id"])
        return contacts

    @api.model
    def _close(self, gone, kept):
        numbers = [kept.archive_former_numbers, gone.archive_number, gone.archive_former_numbers]
        kept.write({"archive_former_numbers": " ".join(filter(None, numbers)) or False})
        gone.write({"archive_state": CLOSED, "active": False, "archive_merged_into_id": kept.id})

    @api.model
    def _take_facts(self, survivor, gone, names, approved):
        """Write the chosen facts of the closed archive to the other one.

        Facts that nobody approved become a proposal where the other archive is formal. Who is in charge and who sees
        the archive is written with the rights of the person.

        :return: relations that were replaced: list of [field name, old ids, new ids]
        """
        values = {name: gone._get_merge_value(name) for name in names}
        access = {name: values.pop(name) for name in survivor._get_archive_access_fields() & values.keys()}
        multiple = [name for name in access if survivor._fields[name].type == "many2many"]
        old = {name: survivor[name].ids for name in multiple}
        if access:
            survivor.write(access)
        kept = survivor.sudo()
        if values and approved:
            kept.with_context(archive_pass=APPROVED_CHANGE).write(values)
        elif values:
            reason = self.env._("Chosen when “%s” was merged", gone.name)
            kept.write({**values, "archive_change_reason": reason})
        self._fill_gaps(kept, gone)
        return [[name, old[name], survivor[name].ids] for name in multiple]

    @api.model
    def _fill_gaps(self, kept, gone):
        """Values of single companies and custom facts: what the archive lacks comes from the closed one."""
        self.env.flush_all()
        names = [field.name for field in kept._fields.values() if field.company_dependent and field.store]
        if kept.archive_template_id == gone.archive_template_id:
            names.append("archive_properties")
        assignments = [
            SQL(
                "%(name)s = COALESCE(o.%(name)s, '{}') || COALESCE((SELECT jsonb_object_agg(key, value) FROM "
                "jsonb_each(p.%(name)s) WHERE value NOT IN ('null', 'false', '\"\"')), '{}')",
                name=SQL.identifier(name),
            )
            for name in names
        ]
        for name, assignment in zip(names, assignments, strict=True):
            self.env.cr.execute(
                SQL(
                    """UPDATE res_partner p SET %(set)s FROM res_partner o
                        WHERE p.id = %(kept)s AND o.id = %(gone)s AND o.%(name)s IS NOT NULL""",
                    set=assignment, kept=kept.id, gone=gone.id, name=SQL.identifier(name),
                )
            )
        kept.invalidate_recordset(names)
        kept.modified(names)

    @api.model
    def _take_tags(self, kept, gone):
        """Tags that people set on the closed archive, where the other one has none of the kind; return them."""
        by_hand = gone.customer_tag_assignment_ids.filtered(lambda row: not row.rule_id).tag_id
        taken = kept.customer_tag_ids.taxonomy_id.filtered("is_exclusive")
        tags = (by_hand - kept.customer_tag_ids).filtered(lambda tag: tag.taxonomy_id not in taken)
        if tags:
            kept.write({"customer_tag_ids": [Command.link(tag.id) for tag in tags]})
        return tags

    @api.model
    def _move_pairs(self, kept, gone):
        """What was decided on the closed archive and others holds for the one that stays; open pairs are found anew."""
        Duplicate = self.env["customer.duplicate"].sudo()
        Duplicate.flush_model()
        both = sorted((kept.id, gone.id))
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_duplicate (partner_id, other_id, company_id, score, signs, state, decided_by,
                                                   decided_date, reason, create_uid, write_uid, create_date, write_date)
                   SELECT LEAST(%(kept)s, x.id), GREATEST(%(kept)s, x.id), d.company_id, d.score, d.signs, d.state,
                          d.decided_by, d.decided_date, d.reason, d.create_uid, d.write_uid, d.create_date, d.write_date
                     FROM customer_duplicate d
                    CROSS JOIN LATERAL
                          (SELECT CASE d.partner_id WHEN %(gone)s THEN d.other_id ELSE d.partner_id END) x(id)
                    WHERE %(gone)s IN (d.partner_id, d.other_id) AND d.state = 'not_duplicate' AND x.id <> %(kept)s
                       ON CONFLICT (partner_id, other_id) DO UPDATE
                          SET state = excluded.state, decided_by = excluded.decided_by, reason = excluded.reason,
                              decided_date = excluded.decided_date
                        WHERE customer_duplicate.state = 'open'""",
                kept=kept.id, gone=gone.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """DELETE FROM customer_duplicate
                    WHERE state = 'open' AND %s IN (partner_id, other_id) AND (partner_id, other_id) <> (%s, %s)""",
                gone.id, *both,
            )
        )
        self.env.cr.execute(SQL("DELETE FROM customer_duplicate_key WHERE partner_id = %s", gone.id))
        Duplicate.invalidate_model(flush=False)
        Duplicate.search([("partner_id", "=", both[0]), ("other_id", "=", both[1])]).write(
            {"state": MERGED, "decided_by": self.env.uid, "decided_date": fields.Datetime.now()}
        )

    @api.model
    def _get_waived(self, gone):
        """Findings on the archive that a person set aside: closing it ends them, undoing sets them aside again."""
        return self.env["customer.data.issue"].sudo().search(
            [("contact_id", "=", gone.id), ("state", "=", "waived")]
        )

    #=== WHAT WAS THERE BEFORE ===#

    @api.model
    def _read_rows(self, partners):
        """Columns of contacts as JSON holds them: dict of id → dict."""
        partners.flush_recordset()
        query = SQL("SELECT p.id, to_jsonb(p) FROM res_partner p WHERE p.id IN %s", tuple(partners.ids))
        return dict(self.env.execute_query(query))

    @api.model
    def _get_row_changes(self, before, kept, names):
        """Columns that the merge changed: list of [id, {column: [old, new]}]; what is computed is left out."""
        self.env.flush_all()
        after = self._read_rows(kept.browse(before))
        changed = []
        for key, row in after.items():
            taken = {name for name in names if not self._is_kept_apart(name)} if key == kept.id else ()
            columns = {
                name: [before[key][name], value]
                for name, value in row.items()
                if before[key][name] != value and (name in taken or self._is_kept_column(name))
            }
            if columns:
                changed.append([key, columns])
        return changed

    @api.model
    def _is_kept_column(self, name):
        """Whether undoing restores a column of the contact: not what is computed, nor what rules decide."""
        field = self.env["res.partner"]._fields.get(name)
        if not field or name in models.MAGIC_COLUMNS or name.startswith(_CLASS_PREFIXES) or self._is_kept_apart(name):
            return False
        return not field.compute or not field.readonly or field.company_dependent
