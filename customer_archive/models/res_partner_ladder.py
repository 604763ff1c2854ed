from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import (
    ACCESS_INTERNAL,
    ACCESS_TEAM,
    GROUP_ALL,
    GROUP_BACK_OFFICE,
    GROUP_LEADER,
    GROUP_QUALITY,
    GROUP_REVIEWER,
)


class ResPartner(models.Model):
    """The ladder of rights: which archives a person reads and edits, as domains that every record rule shares.

    The rules ask for ``archive_readable`` and ``archive_writable``. Both are searched as a domain in which PostgreSQL
    looks up the person's teams and the archives that name the person once per query. As paths in the rule these would
    be subqueries per row: dearer, and estimated so dear that PostgreSQL compiles the query first, which takes longer
    than all the rest.
    """

    _inherit = "res.partner"
    _name = "res.partner"

    archive_readable = fields.Boolean(
        "The Person May Read It",
        compute="_compute_archive_readable",
        compute_sudo=True,
        search="_search_archive_readable",
        exportable=False,
    )
    archive_writable = fields.Boolean(
        "The Person May Edit It",
        compute="_compute_archive_writable",
        compute_sudo=True,
        search="_search_archive_writable",
        exportable=False,
    )

    # All that the list of archives and its count ask for: PostgreSQL then counts without reading the wide table.
    _archive_access_idx = models.Index(
        "(archive_scope, archive_owner_id, archive_scope_team_id, id, company_id, partner_share, active)"
        " WHERE archive_state IS NOT NULL"
    )

    @api.depends(
        "partner_share",
        "archive_scope",
        "archive_owner_id",
        "archive_reader_ids",
        "archive_scope_team_id.user_id",
        "archive_scope_team_id.crm_team_member_ids.user_id",
        "archive_scope_team_id.crm_team_member_ids.active",
    )
    @api.depends_context("uid")
    def _compute_archive_readable(self):
        readable = self.filtered_domain(self._get_archive_read_domain())
        for partner in self:
            partner.archive_readable = partner in readable

    @api.depends(
        "partner_share", "archive_scope", "archive_owner_id", "archive_writer_ids", "archive_scope_team_id.user_id"
    )
    @api.depends_context("uid")
    def _compute_archive_writable(self):
        writable = self.filtered_domain(self._get_archive_write_domain())
        for partner in self:
            partner.archive_writable = partner in writable

    def _search_archive_readable(self, operator, value):
        return self._get_archive_read_domain() if operator == "in" and True in value else NotImplemented

    def _search_archive_writable(self, operator, value):
        return self._get_archive_write_domain() if operator == "in" and True in value else NotImplemented

    @api.model
    def _get_archive_reading_groups(self):
        """Hook: rights that read every archive, as a set of xml ids."""
        return {GROUP_ALL, GROUP_REVIEWER, GROUP_BACK_OFFICE, GROUP_QUALITY}

    @api.model
    def _get_archive_read_domain(self):
        """Hook: which contacts the person reads; what is no archive, and the contacts of employees, always.

        :return: domain on ``res.partner``, without paths (see the class)
        """
        if any(self.env.user.has_group(group) for group in self._get_archive_reading_groups()):
            return Domain.TRUE
        domain = Domain("archive_scope", "in", [False, ACCESS_INTERNAL]) | self._get_archive_own_domain()
        of_team = self._get_archive_team_domain([("crm_team_member_ids.user_id", "=", self.env.uid)])
        domain |= Domain("archive_scope", "=", ACCESS_TEAM) & of_team
        return domain | self._get_archive_named_domain("archive_reader_ids")

    @api.model
    def _get_archive_write_domain(self):
        """Hook: which contacts the person edits; as ``_get_archive_read_domain``."""
        if self.env.user.has_group(GROUP_ALL):
            return Domain.TRUE
        domain = Domain("archive_scope", "=", False) | self._get_archive_own_domain()
        return domain | self._get_archive_named_domain("archive_writer_ids")

    @api.model
    def _get_archive_own_domain(self):
        domain = Domain("archive_owner_id", "=", self.env.uid) | Domain("partner_share", "=", False)
        if self.env.user.has_group(GROUP_LEADER):
            domain |= self._get_archive_team_domain([("user_id", "=", self.env.uid)])
        return domain

    @api.model
    def _get_archive_team_domain(self, domain):
        """Archives of the teams that a domain finds."""
        # sudo: teams may be hidden from their own members
        teams = self.env["crm.team"].sudo().with_context(active_test=False)._search(domain)
        return self._get_archive_lookup_domain(
            "archive_scope_team_id",
            teams.subselect(),
            lambda partner: partner.archive_scope_team_id.id in teams.get_result_ids(),
        )

    @api.model
    def _get_archive_named_domain(self, name):
        """Archives that name the person in this many2many field."""
        field, uid = self._fields[name], self.env.uid
        named = SQL(
            "(SELECT %s FROM %s WHERE %s = %s)",
            *map(SQL.identifier, (field.column1, field.relation, field.column2)), uid,
            to_flush=field,
        )
        return self._get_archive_lookup_domain("id", named, lambda partner: uid in partner[name].ids)

    @api.model
    def _get_archive_lookup_domain(self, name, subselect, predicate):
        """Contacts whose field is in a subselect, which PostgreSQL evaluates once."""

        def to_sql(model, alias, query):
            return SQL("%s IN %s", model._field_to_sql(alias, name, query), subselect)

        return Domain.custom(to_sql=to_sql, predicate=predicate)

    def _compute_same_vat_partner_id(self):
        # The host looks among all contacts and shows the name of the one it found. That there is one, without its name,
        # is a finding of ours.
        super()._compute_same_vat_partner_id()
        if self.env.su:
            return
        for name in ("same_vat_partner_id", "same_company_registry_partner_id"):
            found = self[name]
            hidden = found - found._filtered_access("read")
            for partner in self.filtered(lambda partner: partner[name] in hidden):  # noqa: B023
                partner[name] = False

    @api.model
    def _check_linkable(self, ids):
        """Refuse customers whom the person may not read, in words that are the same for one that is not there.

        The host checks a new row, not whom it points to, and answers with the name of whom it points to.

        :param ids: ids of contacts that a person wants to point to
        """
        ids = set(ids)
        if not self.env.su and self.with_context(active_test=False).search_count([("id", "in", list(ids))]) < len(ids):
            raise AccessError(
                self.env._("Choose a customer whom you may see: this one does not exist or is not open to you.")
            )
