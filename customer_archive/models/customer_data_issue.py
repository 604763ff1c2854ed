from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..const import ERROR, GROUP_MANAGER, GROUP_REVIEWER, SEVERITIES


class CustomerDataIssue(models.Model):
    _name = "customer.data.issue"
    _description = "Finding"
    _inherit = ["customer.link.mixin", "customer.guard.mixin"]
    _order = "severity, partner_id, id"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    contact_id = fields.Many2one(
        "res.partner", "Where", required=True, index=True, ondelete="cascade", help="The contact that holds the fact."
    )
    company_id = fields.Many2one(related="partner_id.archive_company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index=True,
        domain=[("share", "=", False)],
        compute="_compute_user_id",
        store=True,
        readonly=False,
    )
    code = fields.Selection(
        [
            ("missing", "Missing"),
            ("vat_length", "Tax code: length"),
            ("vat_alphabet", "Tax code: characters"),
            ("vat_organisation_check", "Tax code: organisation"),
            ("vat_check_digit", "Tax code: check digit"),
            ("vat_resident_id", "Tax code: identity number"),
            ("vat_legacy15", "Tax code: old registration number"),
            ("vat_shared", "Tax code: used twice"),
            ("phone_invalid", "Phone number"),
            ("email_invalid", "E-mail address"),
            ("negative", "Negative value"),
            ("date_odd", "Unlikely date"),
            ("identity_number", "Identity number"),
            ("import_value", "Value lost in import"),
        ],
        "Kind",
        required=True,
        readonly=True,
    )
    field_name = fields.Char(required=True, readonly=True)
    field_label = fields.Char("Fact", compute="_compute_field_label")
    severity = fields.Selection(SEVERITIES, required=True, readonly=True, index=True)
    value = fields.Char("As Entered", readonly=True)
    message = fields.Char("What to Do", compute="_compute_message")
    state = fields.Selection(
        [("open", "Open"), ("waived", "Waived"), ("resolved", "Resolved")], default="open", required=True, index=True
    )
    waive_reason = fields.Char("Why Waived", readonly=True)
    waived_by = fields.Many2one("res.users", readonly=True)
    resolved_date = fields.Datetime(readonly=True)

    _live_uniq = models.UniqueIndex(
        "(contact_id, code, field_name) WHERE state != 'resolved'", "This finding is already on the list."
    )

    @api.depends("partner_id.user_id")
    def _compute_user_id(self):
        for issue in self:
            issue.user_id = issue.user_id or issue.partner_id.user_id

    @api.depends("field_name")
    @api.depends_context("lang")
    def _compute_field_label(self):
        for issue in self:
            issue.field_label = issue.contact_id._get_fact_label(issue.field_name)

    @api.depends("code", "field_name", "value")
    @api.depends_context("lang")
    def _compute_message(self):
        messages = self._get_messages()
        for issue in self:
            issue.message = messages.get(issue.code, "%(fact)s: %(value)s") % {
                "fact": issue.field_label,
                "value": issue.value or "",
            }

    @api.depends("code", "contact_id.name")
    def _compute_display_name(self):
        for issue in self:
            issue.display_name = f"{issue.contact_id.name}: {issue.field_label}"

    @api.model
    def _get_messages(self):
        """Hook: kind of finding → sentence that says the mend, with ``%(fact)s`` and ``%(value)s``."""
        return {
            "missing": self.env._("Enter %(fact)s: this kind of customer needs it."),
            "vat_length": self.env._(
                "A unified social credit code has 18 characters: compare %(value)s with the licence."
            ),
            "vat_alphabet": self.env._(
                "A unified social credit code holds digits and capital letters without I, O, S, V, Z, with digits in "
                "its region: compare %(value)s with the licence."
            ),
            "vat_organisation_check": self.env._(
                "Places 9 to 17 of %(value)s contradict each other: a character is wrong. Compare with the licence."
            ),
            "vat_check_digit": self.env._(
                "The last place of %(value)s does not fit the others: compare with the licence."
            ),
            "vat_resident_id": self.env._("%(value)s is a person's identity number: remove it from the tax code."),
            "vat_legacy15": self.env._(
                "%(value)s is a registration number from before 2018: enter the code of 18 characters."
            ),
            "vat_shared": self.env._("Another archive has the tax code %(value)s: merge the two or correct one."),
            "phone_invalid": self.env._("%(value)s cannot be dialled: check the number of digits and the area code."),
            "email_invalid": self.env._("%(value)s is no e-mail address: check the part around @."),
            "negative": self.env._("%(fact)s cannot be negative: %(value)s."),
            "date_odd": self.env._("%(fact)s is unlikely: %(value)s."),
            "identity_number": self.env._(
                "%(fact)s is not that of a resident: compare it with the document and type the whole number anew."
            ),
            "import_value": self.env._("“%(value)s” could not be read at the import: enter %(fact)s."),
        }

    @api.model
    def _get_customer_fields(self):
        return ["partner_id", "contact_id"]

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "partner_id",
            "contact_id",
            "code",
            "field_name",
            "severity",
            "value",
            "state",
            "waive_reason",
            "waived_by",
            "resolved_date",
        }

    @api.model
    def _get_lasting_codes(self):
        """Hook: kinds that no check finds again; they end when their field is filled."""
        return {"import_value"}

    @api.model
    def _synchronize(self, archives, found):
        """Bring the findings of archives in line with what the checks found.

        A waived finding stays waived while its value is the same; a changed value opens it again.

        :param archives: ``res.partner`` records that were checked
        :param found: pairs (contact, ``tools.finding.Finding``)
        """
        contacts = archives | archives.child_ids
        live = self.search(
            Domain("state", "!=", "resolved")
            & (Domain("partner_id", "in", archives.ids) | Domain("contact_id", "in", contacts.ids))
        )
        by_key = {(issue.contact_id.id, issue.code, issue.field_name): issue for issue in live}
        missing, kept = [], self.browse()
        for contact, finding in found:
            issue = by_key.get((contact.id, finding.code, finding.field), self.browse())
            if issue and (issue.value or "") == finding.value:
                kept |= issue
            else:
                missing.append(self._prepare_issue(contact, finding))
        kept |= live.filtered(lambda issue: issue._is_lasting())
        for issue in kept.filtered(lambda i: i.partner_id != i.contact_id.commercial_partner_id):
            issue.partner_id = issue.contact_id.commercial_partner_id
        # flushed first: the unique index allows one live finding of a kind
        (live - kept)._resolve()
        self.create(missing)

    @api.model
    def _prepare_issue(self, contact, finding):
        """Hook: values of the record for one ``tools.finding.Finding``."""
        return {
            "partner_id": contact.commercial_partner_id.id,
            "contact_id": contact.id,
            "code": finding.code,
            "field_name": finding.field,
            "severity": finding.severity,
            "value": finding.value,
        }

    def _is_lasting(self):
        self.ensure_one()
        return self.code in self._get_lasting_codes() and not self.contact_id[self.field_name]

    def _resolve(self):
        if self:
            self.write({"state": "resolved", "resolved_date": fields.Datetime.now()})
            self.flush_recordset()

    def _prepare_finding(self):
        """Hook: what the strip of findings on the archive shows of one finding, as a dict."""
        self.ensure_one()
        # sudo: the name of who waived it
        waived_by = self.sudo().waived_by.name or ""
        return {
            "id": self.id,
            "code": self.code,
            "severity": self.severity,
            "state": self.state,
            "field": self.field_name,
            "label": self.field_label,
            "message": self.message,
            "contact_id": self.contact_id.id,
            "contact": self.contact_id.name if self.contact_id != self.partner_id else "",
            "reason": self.waive_reason or "",
            "waived_by": waived_by,
        }

    def action_open_customer(self):
        """Open the archive that the finding is about."""
        self.ensure_one()
        return self.partner_id.action_open_archive()

    def action_waive(self):
        """Open the window that asks a reviewer for the reason."""
        self._check_waivable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive Findings"),
            "res_model": "customer.data.issue.waive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_issue_ids": self.ids},
        }

    def _check_waivable(self):
        user = self.env.user
        if not (user.has_group(GROUP_REVIEWER) or user.has_group(GROUP_MANAGER)):
            raise AccessError(self.env._("Only a reviewer waives a finding."))
        self.check_access("read")
        if self.filtered(lambda issue: issue.state != "open"):
            raise UserError(self.env._("Only open findings can be waived."))
        if own := self.filtered(lambda i: i.severity == ERROR and i.partner_id.archive_submitted_by == user)[:1]:
            raise UserError(
                self.env._("You submitted “%s” yourself: another reviewer decides on its errors.", own.partner_id.name)
            )

    def _waive(self, reason):
        """Set open findings aside for good, with the reason.

        :param reason: text, not empty
        """
        self._check_waivable()
        # sudo: the state is set by this method only; the reviewer's right was checked above
        self.sudo().write({"state": "waived", "waive_reason": reason, "waived_by": self.env.uid})
        for partner in self.partner_id:
            facts = ", ".join(self.filtered(lambda i: i.partner_id == partner).mapped("field_label"))  # noqa: B023
            # sudo: a reviewer has no right to edit the archive that logs the decision
            body = self.env._("Finding on %(facts)s waived: %(reason)s", facts=facts, reason=reason)
            partner.sudo()._message_log(body=body)
