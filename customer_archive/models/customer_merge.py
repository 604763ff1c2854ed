from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..const import MERGED, OPEN, UNDO_DAYS

# Rows that point to a closed archive by transactions that were under way during the merge follow within these days.
LATE_DAYS = 2


class CustomerMerge(models.Model):
    """Two archives made one: what moved, what was chosen, and all that it takes to undo it."""

    _name = "customer.merge"
    _description = "Merge of Two Archives"
    _inherit = ["customer.link.mixin"]
    _order = "id desc"

    partner_id = fields.Many2one("res.partner", "Archive Kept", required=True, index=True, ondelete="cascade")
    other_id = fields.Many2one("res.partner", "Archive Closed", required=True, index=True, ondelete="cascade")
    other_name = fields.Char("Merged Archive", help="Its name at the merge.")
    company_id = fields.Many2one(related="partner_id.archive_company_id", store=True, index=True)
    user_id = fields.Many2one("res.users", "Merged by", default=lambda self: self.env.user, index=True)
    date = fields.Datetime("Merged On", default=fields.Datetime.now, required=True, index=True)
    undo_until = fields.Datetime("Can Be Undone Until")
    state = fields.Selection([("done", "Merged"), ("undone", "Undone")], default="done", required=True, index=True)
    undone_by = fields.Many2one("res.users", "Undone by")
    undone_date = fields.Datetime("Undone On")
    summary = fields.Json("What Moved", exportable=False)
    # What was there before, facts included: kept for as long as the merge can be undone, and read by no person.
    payload = fields.Json("Former State", groups=fields.NO_ACCESS, exportable=False, copy=False)
    moved_text = fields.Text("Moved", compute="_compute_moved_text")
    conflict_text = fields.Text("Changed Since", compute="_compute_conflict_text")
    can_undo = fields.Boolean(compute="_compute_can_undo")

    @api.model
    def _get_customer_fields(self):
        return ["partner_id", "other_id"]

    @api.depends("partner_id", "other_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for merge in self:
            merge.display_name = self.env._(
                "%(other)s into %(kept)s", other=merge.other_name or "", kept=merge.partner_id.name or ""
            )

    @api.depends("summary")
    @api.depends_context("lang")
    def _compute_moved_text(self):
        for merge in self:
            merge.moved_text = merge._describe_moves(merge.summary or [])

    @api.model
    def _describe_moves(self, summary):
        """Sentences on the rows that move and those that stay, one a line."""
        Merger = self.env["customer.merger"]
        lines = []
        for table, moved, stayed in summary:
            label = Merger._get_table_label(table)
            if moved:
                lines.append(self.env._("%(label)s: %(count)s", label=label, count=moved))
            if stayed:
                lines.append(
                    self.env._("%(label)s: %(count)s stay, the archive kept has the same", label=label, count=stayed)
                )
        return "\n".join(lines)

    @api.depends("state", "undo_until")
    @api.depends_context("uid")
    def _compute_can_undo(self):
        for merge in self:
            merge.can_undo = not merge._get_undo_refusal()

    @api.depends("state", "payload")
    @api.depends_context("lang")
    def _compute_conflict_text(self):
        for merge in self:
            # sudo: what moved is counted for whoever may see the merge
            merge.conflict_text = "\n".join(merge.sudo()._get_conflicts()) if merge.can_undo else ""

    #=== UNDOING ===#

    def _get_undo_refusal(self):
        """Hook: why the person may not undo one merge now; empty text when they may."""
        self.ensure_one()
        kept, gone = self.partner_id, self.other_id
        if self.state != "done":
            return self.env._("This merge was undone already.")
        # sudo: what it takes to undo a merge is read by no person
        if not self.sudo().payload and self.undo_until >= fields.Datetime.now():
            return self.env._("A person was erased since, and with them what it takes to undo this merge.")
        if self.undo_until < fields.Datetime.now():
            return self.env._(
                "A merge can be undone for %(days)s days; this one could be until %(date)s.",
                days=UNDO_DAYS,
                date=format_datetime(self.env, self.undo_until, dt_format="short"),
            )
        if not (kept._can_merge() and gone._can_merge()):
            return self.env._("A merge is undone by who may merge both archives: ask your team leader or a manager.")
        # sudo: a later merge counts, whoever may see the archive that was kept there
        if kept.sudo().archive_merged_into_id:
            return self.env._("“%s” was merged into another archive since: undo that merge first.", kept.name)
        return ""

    def _get_conflicts(self):
        """What was changed since the merge and stays as it is when the rest is undone, as sentences."""
        self.ensure_one()
        Merger = self.env["customer.merger"]
        found = [
            self.env._(
                "%(label)s: %(gone)s of %(count)s were deleted or moved on since",
                label=Merger._get_table_label(table), gone=gone, count=count,
            )
            for table, gone, count in Merger._count_gone((self.payload or {}).get("moves", ()), self.partner_id)
        ]
        contacts = self.env["res.partner"].browse(key for key, _columns in (self.payload or {}).get("rows", ()))
        present = self._read_rows(contacts) if contacts else {}
        for key, columns in (self.payload or {}).get("rows", ()):
            if key not in present:
                found.append(self.env._("A contact was deleted since"))
                continue
            for name, (_old, new) in columns.items():
                if present[key][name] != new:
                    contact = contacts.browse(key)
                    found.append(
                        self.env._(
                            "%(fact)s of “%(name)s” was changed since",
                            fact=contact._fields[name]._description_string(self.env), name=contact.name,
                        )
                    )
        return found + self._get_fact_conflicts()

    def action_undo(self):
        """Undo the merge, where nothing that moved was changed since."""
        self.ensure_one()
        self._prepare_undo()
        # sudo: what moved is compared for whoever may undo
        if conflicts := self.sudo()._get_conflicts():
            raise UserError(
                self.env._(
                    "Some of what moved was changed since:\n%s\nThe rest can be undone: use “Undo the Rest”.",
                    "\n".join(conflicts),
                )
            )
        return self._undo()

    def action_undo_rest(self):
        """Undo the merge, and leave what was changed since as it is."""
        self.ensure_one()
        self._prepare_undo()
        return self._undo()

    def _prepare_undo(self):
        self.check_access("read")
        self._lock(self.partner_id | self.other_id)
        self.invalidate_recordset()
        if refusal := self._get_undo_refusal():
            raise UserError(refusal)

    def _undo(self):
        # sudo: as at the merge; the right to undo was checked before
        merge = self.sudo()
        kept, gone, payload = merge.partner_id, merge.other_id, merge.payload
        conflicts = merge._get_conflicts()
        tags = kept.customer_tag_ids & kept.customer_tag_ids.browse(payload["tags"])
        kept.write({"customer_tag_ids": [Command.unlink(tag.id) for tag in tags]})
        self._put_relations_back(payload["relations"])
        merge.env["customer.merger"]._move_back(payload["moves"], gone, kept)
        merge._put_rows_back(payload["rows"])
        merge._put_facts_back()
        proposals = merge.env["customer.archive.change"].browse(payload["proposals"]).exists()
        proposals.filtered(lambda change: change.state == "pending").action_cancel()
        merge._finish_undo(kept | gone, conflicts)
        return True

    def _put_relations_back(self, relations):
        """Who sees the archive, with the rights of the person."""
        for name, old, new in relations:
            if sorted(self.partner_id[name].ids) == sorted(new):
                self.partner_id.write({name: [Command.set(old)]})

    def _put_rows_back(self, rows):
        """Columns of contacts that are as the merge left them become what they were."""
        contacts = self.env["res.partner"].browse(key for key, _columns in rows)
        present = self._read_rows(contacts)
        restored = {}
        for key, columns in rows:
            values = {name: old for name, (old, new) in columns.items() if present.get(key, {}).get(name) == new}
            if key in present and values:
                self.env["customer.merger"]._restore("res_partner", key, values)
                restored[key] = list(values)
        contacts.invalidate_recordset(flush=False)
        for key, names in restored.items():
            contacts.browse(key).modified(names)
        # what was computed from a fact of the archive kept, for rows that are back with the other one
        self.other_id.modified(restored.get(self.partner_id.id, ()))

    def _finish_undo(self, partners, conflicts):
        """Check and class both archives, have their findings and pairs as they were, and note who undid the merge."""
        kept, gone = self.partner_id, self.other_id
        partners._check_archives()
        self._waive_again()
        partners._classify()
        self.write({"state": "undone", "undone_by": self.env.uid, "undone_date": fields.Datetime.now()})
        self._forget_former()
        log = self.env["customer.audit.log"]
        log._note("unmerge", kept._name, partners.ids, detail={gone.id: {"archive_merged_into_id": [kept.id, None]}})
        pair = self.env["customer.duplicate"].search(
            [("partner_id", "in", partners.ids), ("other_id", "in", partners.ids), ("state", "=", MERGED)]
        )
        pair.write({"state": OPEN, "decided_by": False, "decided_date": False})
        self.env["customer.duplicate.finder"]._search_partners(partners.ids)
        left = self.env._("Left as it is: %s", "; ".join(conflicts)) if conflicts else ""
        kept._message_log(body=" ".join([self.env._("The merge of “%s” was undone.", gone.name), left]))
        gone._message_log(body=self.env._("The merge into “%s” was undone.", kept.name))

    def _waive_again(self):
        """Findings of the archive that a person had set aside are set aside again."""
        Issue = self.env["customer.data.issue"]
        for former in Issue.browse(self.payload["waived"]).exists():
            same = [("contact_id", "=", former.contact_id.id), ("code", "=", former.code), ("state", "=", "open")]
            for issue in Issue.search(same).filtered(lambda i: i.field_name == former.field_name):  # noqa: B023
                if (issue.value or "") == (former.value or ""):
                    issue.write(
                        {"state": "waived", "waive_reason": former.waive_reason, "waived_by": former.waived_by.id}
                    )

    @api.autovacuum
    def _gc_merges(self):
        """Forget the former state of merges that can no longer be undone, and let late rows follow."""
        now = fields.Datetime.now()
        old = self.search([("undo_until", "<", now), ("payload", "!=", False)])
        old.sudo()._forget_former()
        # sudo: as in _carry_out
        late = self.sudo().search([("state", "=", "done"), ("date", ">=", now - timedelta(days=LATE_DAYS))])
        for merge in late.filtered("payload"):
            merge._follow_up()

    def _forget_former(self):
        """Drop what it takes to undo these merges."""
        self.write(dict.fromkeys(self._get_former_fields(), False))

    @api.model
    def _get_former_fields(self):
        """Names of the fields that keep former facts."""
        return ["payload"]

    def _follow_up(self):
        """Move rows that began to point to the closed archive while the merge was under way."""
        self.ensure_one()
        moves = self.env["customer.merger"]._move(self.other_id, self.partner_id)
        moves = [move for move in moves if move["keys"]]
        if moves:
            payload = {**self.payload, "moves": self.payload["moves"] + moves}
            self.write({"payload": payload, "summary": self._summarize(payload)})
