from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..const import (
    GROUP_ALL,
    GROUP_BACK_OFFICE,
    GROUP_LEADER,
    GROUP_MANAGER,
    GROUP_QUALITY,
    GROUP_REVIEWER,
    GROUP_USER,
)


class CustomerWiderRight(models.TransientModel):
    """Who sees more of a customer in another app than in the archive.

    Documents of other apps carry copies of names, addresses and phone numbers, and the rules of their app guard them: a
    salesperson who reads every order reads whom a restricted archive is about. Nothing here changes a right.
    """

    _name = "customer.wider.right"
    _description = "Right Wider than the Archive's"
    _order = "hidden_count desc, id"

    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="cascade")
    archive_right = fields.Char(readonly=True)
    other_right = fields.Char("Right in Another App", readonly=True)
    meaning = fields.Char("What It Means", readonly=True)
    hidden_count = fields.Integer(
        "Restricted Archives", aggregator=None, readonly=True, help="Archives that the person may not read."
    )

    @api.model
    def _get_wide_rights(self):
        """Hook: rights of other apps that show the documents of every customer, the widest first.

        :return: dict of xml id of the right → what it shows; one per person is listed
        """
        shown = self.env._(
            "Sees the sales documents of all customers, with the names, addresses and phone numbers on them."
        )
        return {"sales_team.group_sale_manager": shown, "sales_team.group_sale_salesman_all_leads": shown}

    @api.model
    def _get_archive_rights(self):
        return (
            GROUP_MANAGER, GROUP_ALL, GROUP_LEADER, GROUP_USER, GROUP_REVIEWER, GROUP_BACK_OFFICE, GROUP_QUALITY,
        )

    @api.model
    def action_open(self):
        """Look up afresh who has such a right, and list them."""
        user = self.env.user
        if not (user.has_group(GROUP_MANAGER) or user.has_group("base.group_system")):
            raise AccessError(self.env._("Only managers of the archive and administrators compare rights."))
        # sudo: the rows are made here only; everybody sees the own ones
        self.sudo().search([("create_uid", "=", user.id)]).unlink()
        self.sudo().create(self._prepare_rows())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Wider Rights"),
            "res_model": self._name,
            "view_mode": "list,kanban",
            "views": [(False, "list"), (False, "kanban")],
            "mobile_view_mode": "kanban",
            "domain": [("create_uid", "=", user.id)],
            "help": self.env._(
                "<p class='o_view_nocontent_smiling_face'>Nobody sees more elsewhere</p>"
                "<p>Nobody reads the documents of all customers in another app without reading all archives.</p>"
            ),
        }

    @api.model
    def _prepare_rows(self):
        """Values of the rows: people who have such a right and may not read every archive."""
        reading = self._get_users(self.env["res.partner"]._get_archive_reading_groups())
        listed = self.env["res.users"].sudo().browse(reading.ids)
        rows = []
        for right, meaning in self._get_wide_rights().items():
            people = self._get_users([right]) - listed
            listed |= people
            rows += [self._prepare_row(person, right, meaning) for person in people]
        return rows

    @api.model
    def _get_users(self, rights):
        """Employees who have one of these rights, given as xml ids; a right that is not installed is nobody's."""
        # sudo: whose rights are compared are not all for everybody to read
        groups = self.env["res.groups"].sudo()
        for right in rights:
            groups |= self.env.ref(right, raise_if_not_found=False) or groups
        return groups.all_user_ids.filtered(lambda user: user.active and not user.share)

    @api.model
    def _prepare_row(self, person, right, meaning):
        archives = self.env["res.partner"].sudo()
        restricted = Domain("archive_state", "!=", False) & Domain("archive_readable", "=", False)
        held = [self.env.ref(name) for name in self._get_archive_rights() if person.has_group(name)]
        return {
            "user_id": person.id,
            # of a ladder the highest step, which implies the others
            "archive_right": held[0].sudo().name if held else self.env._("None"),
            "other_right": self.env.ref(right).sudo().full_name,
            "meaning": meaning,
            "hidden_count": archives.with_user(person).sudo().search_count(restricted),
        }
