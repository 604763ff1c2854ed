from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..const import ACCESS_INTERNAL, ARCHIVE_ACCESS, GROUP_ALL, GROUP_LEADER


class ResPartner(models.Model):
    """Who reads and edits an archive.

    Record rules look at columns stored on every row, contacts of the archive included: a rule with a dotted path makes
    lists of large databases several times slower. What they say is in ``res_partner_ladder``.
    """

    _inherit = "res.partner"
    _name = "res.partner"

    archive_access = fields.Selection(
        ARCHIVE_ACCESS,
        "Access",
        copy=False,
        tracking=True,
        help="Who reads this archive besides its owner, the leader of the team and the people named here.",
    )
    archive_team_id = fields.Many2one(
        "crm.team", "Responsible Team", copy=False, ondelete="set null", tracking=True
    )
    # No domain on these two: it would make the creation of a user depend on archives. Views offer employees only.
    archive_viewer_ids = fields.Many2many(
        "res.users",
        "customer_archive_viewer_rel",
        "partner_id",
        "user_id",
        "Also Readable by",
        copy=False,
    )
    archive_editor_ids = fields.Many2many(
        "res.users",
        "customer_archive_editor_rel",
        "partner_id",
        "user_id",
        "Also Editable by",
        copy=False,
    )
    # The columns that the rules read, the same on an archive and on its contacts.
    archive_scope = fields.Selection(ARCHIVE_ACCESS, compute="_compute_archive_scope", compute_sudo=True, store=True)
    archive_owner_id = fields.Many2one(
        "res.users", compute="_compute_archive_scope", compute_sudo=True, store=True,
        index="btree_not_null",
    )
    archive_scope_team_id = fields.Many2one(
        "crm.team", "Team in Charge", compute="_compute_archive_scope", compute_sudo=True, store=True,
        index="btree_not_null",
    )
    archive_reader_ids = fields.Many2many(
        "res.users",
        "customer_archive_reader_rel",
        "partner_id",
        "user_id",
        "Named Readers",
        compute="_compute_archive_scope",
        compute_sudo=True,
        store=True,
    )
    archive_writer_ids = fields.Many2many(
        "res.users",
        "customer_archive_writer_rel",
        "partner_id",
        "user_id",
        "Named Editors",
        compute="_compute_archive_scope",
        compute_sudo=True,
        store=True,
    )

    archive_access_editable = fields.Json(
        "Access Fields the Person May Change", compute="_compute_archive_access_editable", exportable=False
    )

    @api.model
    def _get_guarded_fields(self):
        # computed, so not for anybody to write: who writes them says who reads the archive
        return super()._get_guarded_fields() | self._get_archive_scope_fields()

    @api.model
    def _get_archive_scope_fields(self):
        """Hook: columns that the rules of access read and that are never entered."""
        return {
            "archive_scope", "archive_owner_id", "archive_scope_team_id", "archive_reader_ids", "archive_writer_ids",
            "commercial_partner_id", "partner_share",
        }

    @api.depends("archive_state", "user_id", "archive_team_id")
    @api.depends_context("uid")
    def _compute_archive_access_editable(self):
        is_leader = self.env.user.has_group(GROUP_LEADER)
        names = self._get_archive_access_fields()
        for partner in self:
            saved = partner._origin
            if saved.archive_state:
                editable = [name for name in names if saved._can_change_archive_access({name})]
            else:
                editable = names if is_leader else names - {"user_id"}
            partner.archive_access_editable = sorted(editable)

    @api.depends(
        "commercial_partner_id.archive_state",
        "commercial_partner_id.archive_access",
        "commercial_partner_id.archive_team_id",
        "commercial_partner_id.archive_viewer_ids",
        "commercial_partner_id.archive_editor_ids",
        "commercial_partner_id.user_id",
    )
    def _compute_archive_scope(self):
        for partner in self:
            root = partner.commercial_partner_id
            root = root if root.archive_state else root.browse()
            partner.archive_scope = (root.archive_access or ACCESS_INTERNAL) if root else False
            partner.archive_owner_id = root.user_id
            partner.archive_scope_team_id = root.archive_team_id
            partner.archive_writer_ids = root.archive_editor_ids
            partner.archive_reader_ids = root.archive_editor_ids | root.archive_viewer_ids

    @api.model
    def _get_archive_access_fields(self):
        """Hook: fields that decide who reads and edits an archive; see ``_can_change_archive_access``."""
        return {"user_id", "archive_access", "archive_team_id", "archive_viewer_ids", "archive_editor_ids"}

    @api.model
    def _get_archive_handover_fields(self):
        """Hook: those of the access fields that only leaders and managers change, not the owner."""
        return {"user_id", "archive_team_id"}

    def _can_change_archive_access(self, names):
        """Hook: whether the person may change these access fields of one archive.

        The owner names viewers and editors; handing an archive to another owner or team takes a leader of its present
        team or somebody who sees all customers. Named editors change none of it.

        :param names: set of field names out of ``_get_archive_access_fields``
        :return: bool
        """
        self.ensure_one()
        user = self.env.user
        if user.has_group(GROUP_ALL):
            return True
        # sudo: the team in charge may be hidden from the person
        is_leader = user.has_group(GROUP_LEADER) and self.sudo().archive_team_id.user_id == user
        is_owner = self.user_id == user and not names & self._get_archive_handover_fields()
        return is_leader or is_owner

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_linkable(vals["parent_id"] for vals in vals_list if vals.get("parent_id"))
            # an empty value passes the guard, and would stay: given fields are not computed
            scope = self._get_archive_scope_fields()
            vals_list = [{name: vals[name] for name in vals if vals[name] or name not in scope} for vals in vals_list]
            if not self.env.user.has_group(GROUP_LEADER):
                self._check_new_archive_owners(vals_list)
        return super().create(vals_list)

    @api.model
    def _check_new_archive_owners(self, vals_list):
        """Refuse new archives that a salesperson gives to somebody else: they would vanish from who entered them."""
        for vals in vals_list:
            is_archive = vals.get("archive_state", self.env.context.get("default_archive_state"))
            owner = self.env["res.users"].browse(vals.get("user_id") or self.env.uid)
            if is_archive and not vals.get("parent_id") and owner != self.env.user:
                raise AccessError(
                    self.env._("A new archive is your own: only a team leader gives it to %s.", owner.name)
                )

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        for partner in self.filtered("archive_state") if self._get_archive_access_fields() & vals.keys() else ():
            partner._check_access_change(vals)
        if not {"parent_id", "is_company", "company_type"} & vals.keys():
            return super().write(vals)
        before = self._check_new_parent(vals)
        result = super().write(vals)
        self._check_left_archives(before)
        return result

    def _check_access_change(self, vals):
        names = self._get_archive_access_fields() & vals.keys()
        changed = {name for name in names if self._is_guarded_change(name, vals[name])}
        if changed and not self._can_change_archive_access(changed):
            raise AccessError(
                self.env._(
                    "You may not change who is in charge of “%s” or who sees it. Ask its owner or the team’s leader.",
                    self.display_name,
                )
            )

    def _check_new_parent(self, vals):
        """Check that the person may edit the archive to which ``vals`` moves contacts.

        :return: dict of contact → its archive or other commercial entity so far
        """
        parent = self.browse(vals.get("parent_id") or ())
        self._check_linkable(parent.ids)
        # sudo: which archive a contact belongs to does not depend on who asks
        if parent.sudo().archive_scope and not parent.has_access("write"):
            raise AccessError(self.env._("A contact moves to an archive only for who may edit that archive."))
        return {partner: partner.sudo().commercial_partner_id for partner in self}

    def _check_left_archives(self, before):
        """Check that the person may open up the archives that contacts have left: it changes who sees the contacts.

        :param before: as ``_check_new_parent`` returns it
        """
        # sudo: as in _check_new_parent
        moved = self.filtered(lambda partner: partner.sudo().commercial_partner_id != before[partner])
        for left in {before[partner] for partner in moved}:
            is_open = left.archive_scope in (False, ACCESS_INTERNAL)
            if not (is_open or left.sudo(False)._can_change_archive_access({"archive_viewer_ids"})):
                raise AccessError(
                    self.env._(
                        "Not every employee may see “%s”: only its owner or the team’s leader moves a contact away "
                        "from there.",
                        left.display_name,
                    )
                )
