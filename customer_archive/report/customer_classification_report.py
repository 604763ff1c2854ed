import pytz
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..const import CLASS_DIMENSIONS, LIFECYCLES, SIZES, TAG

MONTHS = 24


class CustomerClassificationReport(models.Model):
    """How large each class was: one row per customer, class and end of a month; the running month ends now.

    The classes are those of the time, from the history; team, owner, region and the like are those of today.
    """

    _name = "customer.classification.report"
    _description = "Class Sizes"
    _inherit = ["customer.link.mixin"]
    _auto = False
    _rec_name = "partner_id"
    # by a key of the history: its index yields the first page without the making of all rows of all months
    _order = "history_key desc, month desc"

    month = fields.Date(readonly=True, help="The class at the end of this month; in the running month the present one.")
    history_key = fields.Integer("Entry in the History", readonly=True, aggregator=False, exportable=False)
    month_name = fields.Char("Name of the Month", compute="_compute_month_name")
    is_present = fields.Boolean("Running Month", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    dimension = fields.Selection(CLASS_DIMENSIONS, "Class", readonly=True)
    level_id = fields.Many2one("customer.level", readonly=True)
    lifecycle = fields.Selection(LIFECYCLES, "Life Cycle", readonly=True)
    taxonomy_id = fields.Many2one("customer.taxonomy", readonly=True)
    tag_id = fields.Many2one("customer.tag", readonly=True)
    archive_team_id = fields.Many2one("crm.team", "Responsible Team", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    customer_region_id = fields.Many2one("customer.region", "Region", readonly=True)
    customer_size = fields.Selection(SIZES, "Size", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True)
    customer_origin = fields.Selection([("domestic", "Domestic"), ("foreign", "Foreign")], "Origin", readonly=True)

    _depends = {
        "customer.classification": [
            "date_end", "date_from", "dimension", "new_level_id", "new_lifecycle", "new_tag_id", "partner_id",
        ],
        "customer.tag": ["taxonomy_id"],
        "customer.taxonomy": ["is_exclusive"],
        "res.partner": [
            "active", "archive_company_id", "archive_state", "archive_team_id", "customer_origin",
            "customer_region_id", "customer_size", "industry_id", "user_id",
        ],
    }

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_name(self):
        # a class holds at the end of the month: its first day would say something else
        pattern = self.env._("MMMM y")
        for row in self:
            row.month_name = row.month and format_date(self.env, row.month, date_format=pattern)

    #=== QUERY ===#

    @property
    def _table_query(self) -> SQL:
        return SQL("SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where())

    @api.model
    def _get_month_count(self):
        """Hook: number of months that are shown, the running one included."""
        return MONTHS

    @api.model
    def _get_months(self):
        """The months that are shown, the running one first: list of (first day, first moment after it)."""
        zone = self.env["res.company"]._get_class_timezone()
        running = fields.Date.start_of(self.env["customer.classifier"]._get_today(), "month")
        months = [running - relativedelta(months=number) for number in range(self._get_month_count())]
        get_end = self.env["customer.classification"]._get_day_end
        return [(month, get_end(fields.Date.end_of(month, "month"), pytz.timezone(zone))) for month in months]

    @api.model
    def _select(self) -> SQL:
        """Hook: the columns, separated by commas, out of the tables of ``_from``.

        The id is unique within the months that are shown and stays that of the same row while it is among them.
        """
        return SQL(
            """c.id::bigint * %s + m.place AS id, c.id AS history_key, m.month, m.is_present, c.partner_id, c.dimension,
               p.archive_company_id AS company_id, c.new_level_id AS level_id, c.new_lifecycle AS lifecycle,
               g.taxonomy_id, c.new_tag_id AS tag_id,
               p.archive_team_id, p.user_id, p.customer_region_id, p.customer_size, p.industry_id, p.customer_origin""",
            self._get_month_count(),
        )

    @api.model
    def _from(self) -> SQL:
        """Hook: the tables.

        ``c`` is the history, ``m`` the months, ``p`` the customer, ``g`` the tag and ``t`` its taxonomy if any.
        """
        months = self._get_months()
        count = self._get_month_count()
        return SQL(
            """customer_classification c
               JOIN unnest(%s::date[], %s::timestamp[], %s::int[], %s::bool[]) AS m(month, ended, place, is_present)
                 ON c.date_from < m.ended AND (c.date_end IS NULL OR c.date_end >= m.ended)
               JOIN res_partner p ON p.id = c.partner_id
          LEFT JOIN customer_tag g ON g.id = c.new_tag_id
          LEFT JOIN customer_taxonomy t ON t.id = g.taxonomy_id""",
            [month for month, _end in months],
            [end for _month, end in months],
            # what tells the months of one row of the history apart, the same from month to month
            [(month.year * 12 + month.month) % count for month, _end in months],
            [month == months[0][0] for month, _end in months],
        )

    @api.model
    def _where(self) -> SQL:
        """Hook: which rows of the history and which customers count.

        A row that says that a customer has no class any more is none of a class. Where customers may have several tags
        of a taxonomy, tags are no classes.
        """
        return SQL(
            """p.active AND p.archive_state IS NOT NULL AND (c.dimension <> %s OR t.is_exclusive)
               AND num_nonnulls(c.new_level_id, c.new_lifecycle, c.new_tag_id) > 0""",
            TAG,
        )

    #=== ACTIONS ===#

    def action_open_customer(self):
        """Open the archive that the row is about."""
        self.ensure_one()
        # not by partner_id: to read one row of all months takes as long as to read them all
        history = self.env["customer.classification"].browse(self.id // self._get_month_count())
        return history.action_open_customer()
