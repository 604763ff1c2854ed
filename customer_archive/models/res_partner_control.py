from lxml import etree
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import CONTROLLED_STATES

# In the context of writes that carry out an approved proposal. An object, so that no RPC client can send it.
APPROVED_CHANGE = object()


class ResPartner(models.Model):
    """The facts of a formal archive change by approved proposals only (``customer.archive.change``)."""

    _inherit = "res.partner"
    _name = "res.partner"

    archive_locked = fields.Boolean("Facts Change by Proposal", compute="_compute_archive_locked")
    archive_change_ids = fields.One2many("customer.archive.change", "partner_id", "Proposed Changes")
    archive_change_count = fields.Integer("Changes to Decide", compute="_compute_archive_change_count")
    archive_change_reason = fields.Char("Reason of the Change", store=False)

    @api.depends("archive_state")
    @api.depends_context("archive_propose")
    def _compute_archive_locked(self):
        proposing = bool(self.env.context.get("archive_propose"))
        for partner in self:
            partner.archive_locked = partner.archive_state in CONTROLLED_STATES and not proposing

    def _compute_archive_change_count(self):
        groups = self.env["customer.archive.change"]._read_group(
            [("partner_id", "in", self.ids), ("state", "=", "pending")], ["partner_id"], ["__count"]
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.archive_change_count = counts.get(partner.id, 0)

    @api.model
    def _get_archive_controlled_fields(self):
        """Hook: fields of a formal archive that change by proposal only.

        :return: list of field names in the order in which proposals list them; no one2many
        """
        return [
            "name",
            "is_company",
            "vat",
            "industry_id",
            "country_id",
            "state_id",
            "city",
            "street",
            "street2",
            "zip",
            "phone",
            "email",
            "website",
            "archive_template_id",
            "customer_scope",
            "customer_staff_count",
            "customer_revenue",
            "customer_assets",
            "customer_size_manual",
            "customer_region_manual_id",
            "customer_since",
        ]

    def write(self, vals):
        vals = dict(vals)
        reason = vals.pop("archive_change_reason", None)
        controlled = set(self._get_archive_controlled_fields()) & self._get_controlled_names(vals)
        if not controlled or self.env.context.get("archive_pass") is APPROVED_CHANGE:
            return super().write(vals)
        # sudo: whether facts are controlled does not depend on who asks
        formal = self.filtered(lambda p: p.sudo().archive_state in CONTROLLED_STATES)
        changed = formal._get_controlled_changes(vals, controlled)
        if not changed:
            return super().write(vals)
        if not (self.env.su or self.env.context.get("archive_propose")):
            formal._refuse_direct_change(changed)
        return self._write_by_proposal(vals, controlled, changed, reason)

    def _get_fact(self, name):
        """Value of one field of one contact in write format (ids, keys, dates)."""
        return self._fields[name].convert_to_write(self[name], self)

    @api.model
    def _get_controlled_names(self, vals):
        """Names of the fields that ``vals`` sets, with the stored field behind a pure form field."""
        names = set(vals)
        return names | {"is_company"} if "company_type" in names else names

    def _get_controlled_changes(self, vals, controlled):
        """What ``vals`` would change on the controlled fields of these formal archives.

        :return: dict of record id: dict of field name: new value in write format
        """
        vals = self._normalize_archive_vals(vals)
        if "company_type" in vals:
            vals = {**vals, "is_company": vals["company_type"] == "company"}
        changes = {}
        for partner in self:
            values = {
                n: vals[n]
                for n in self._get_archive_controlled_fields()
                if n in controlled and partner._is_guarded_change(n, vals[n])
            }
            if values:
                changes[partner.id] = values
        return changes

    def _refuse_direct_change(self, changed):
        partner = self.browse(next(iter(changed)))
        labels = ", ".join(self._fields[name]._description_string(self.env) for name in changed[partner.id])
        raise UserError(
            self.env._(
                "“%(name)s” is a formal archive: %(facts)s change by a proposal that another person approves. Use "
                "“Propose a change” on the archive.",
                name=partner.display_name,
                facts=labels,
            )
        )

    def _write_by_proposal(self, vals, controlled, changed, reason):
        """Turn the controlled part of ``vals`` into proposals and write the rest.

        Also the way of the host's own writes with superuser rights, such as a customer's new address from the portal:
        refusing them would break the host, carrying them out would pass by the approval.
        """
        Change = self.env["customer.archive.change"]
        for partner_id, values in changed.items():
            Change._propose(self.browse(partner_id), values, reason=reason)
        rest = {name: value for name, value in vals.items() if name not in controlled and name != "company_type"}
        others = self.filtered(lambda p: p.id not in changed)
        if others:
            super(ResPartner, others).write(dict(vals))
        return super(ResPartner, self - others).write(rest) if rest else True

    def _fields_sync(self, values):
        # A contact that shares its company's address hands a change of it upwards: to a formal archive as a proposal.
        return super(ResPartner, self.with_context(archive_propose=True))._fields_sync(values)

    def action_archive_propose(self):
        """Open the facts of a formal archive for a proposal; saving creates it and leaves the archive as it is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose a Change"),
            "res_model": "res.partner",
            "res_id": self.id,
            "views": [(self.env.ref("customer_archive.customer_archive_view_form_propose").id, "form")],
            "target": "new",
            "context": {**self.env.context, "archive_propose": True},
        }

    def action_view_archive_changes(self):
        """Open the proposed changes of this archive."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_change_action")
        return dict(action, domain=[("partner_id", "=", self.id)], context={})

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            self._lock_controlled_nodes(arch)
        return arch, view

    @api.model
    def _lock_controlled_nodes(self, arch):
        """Make controlled fields of any contact form read-only on formal archives, so that nobody types in vain."""
        names = {*self._get_archive_controlled_fields(), "company_type"}
        for node in arch.iter("field"):
            nested = next(node.iterancestors("field"), None) is not None
            if nested or node.get("name") not in names:
                continue
            readonly = node.get("readonly")
            node.set("readonly", f"archive_locked or ({readonly})" if readonly else "archive_locked")
        if arch.tag == "form" and not arch.xpath("//field[@name='archive_locked'][not(ancestor::field)]"):
            arch.append(etree.Element("field", name="archive_locked", invisible="1"))
