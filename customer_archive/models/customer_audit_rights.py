from contextlib import contextmanager

from odoo import api, models

from ..const import AUDIT_WRITE, GROUP_EXPORT

MODULE = "customer_archive"
SYSTEM = "base.group_system"


class CustomerAuditRights(models.AbstractModel):
    """Who received or lost which right, noted in the log: the host tracks no membership of groups."""

    _name = "customer.audit.rights"
    _description = "Changes of Rights"

    @api.model
    def _get_watched_groups(self):
        """Hook: the groups whose members matter to customers' data: ours, the right to export and the settings."""
        # sudo: groups are hidden from most people
        data = self.env["ir.model.data"].sudo()
        ours = data.search([("module", "=", MODULE), ("model", "=", "res.groups")]).mapped("res_id")
        more = [self.env.ref(xmlid).id for xmlid in (GROUP_EXPORT, SYSTEM)]
        return self.env["res.groups"].sudo().browse(sorted({*ours, *more})).exists()

    @api.model
    def _get_members(self):
        """Members of the watched groups, implied ones included: dict of user id → set of group ids."""
        found = {}
        for group in self._get_watched_groups():
            for user_id in group.with_context(active_test=False).all_user_ids.ids:
                found.setdefault(user_id, set()).add(group.id)
        return found

    @api.model
    @contextmanager
    def _noting(self):
        """Note what the block changes about the members of the watched groups."""
        before = self._get_members()
        yield
        after = self._get_members()
        changed = {
            user_id: {"group_ids": [sorted(before.get(user_id, ())), sorted(after.get(user_id, ()))]}
            for user_id in sorted(before.keys() | after.keys())
            if before.get(user_id) != after.get(user_id)
        }
        if changed:
            self.env["customer.audit.log"]._note(
                AUDIT_WRITE, "res.users", list(changed), field_names=["group_ids"], detail=changed
            )
