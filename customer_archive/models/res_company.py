from odoo import api, fields, models
from odoo.tools import is_html_empty

from ..const import ACCESS_INTERNAL, ARCHIVE_ACCESS

SEQUENCE_CODE = "customer.archive"


class ResCompany(models.Model):
    _inherit = "res.company"
    _name = "res.company"

    archive_sequence_id = fields.Many2one(
        "ir.sequence",
        "Archive Numbering",
        copy=False,
        help="Format of the numbers that archives get at approval. Prefix and suffix may hold the year, such as "
        "C%(year)s-. Numbers are allotted without gaps, whatever the implementation of the sequence says.",
    )
    archive_default_access = fields.Selection(
        ARCHIVE_ACCESS,
        "Default Access",
        default=ACCESS_INTERNAL,
        required=True,
        help="Who reads a new archive besides its owner, leaders and named people.",
    )
    archive_checker_id = fields.Many2one(
        "res.users",
        "First Check by",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Gets an activity when an archive is submitted. Empty: the leader of the owner's team, else a reviewer.",
    )
    archive_approver_id = fields.Many2one(
        "res.users",
        "Approval by",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Gets an activity when an archive is checked. Empty: a reviewer who neither submitted nor checked it.",
    )
    archive_apply_enabled = fields.Boolean(
        "Public Entry Page",
        help="Lets visitors enter themselves as customers at /customer/apply. Each entry is a draft to be checked.",
    )
    archive_apply_consent = fields.Html(
        "Consent Text of the Entry Page",
        translate=True,
        help="What a visitor agrees to. The text as shown is kept with the entry. Empty: the text that comes with "
        "the app.",
    )

    customer_dormant_days = fields.Integer(
        "Dormant After (days)", default=180, required=True, help="Days since the last purchase."
    )
    customer_lost_days = fields.Integer(
        "Lost After (days)", default=365, required=True, help="Days since the last purchase."
    )

    customer_visit_location = fields.Boolean(
        "Note the Location of Visits",
        help="Check-in and check-out of a visit keep where the browser says that the person is, if the person agrees.",
    )

    archive_apply_url = fields.Char("Address of the Entry Page", compute="_compute_archive_apply_url")

    _customer_lifecycle_days = models.Constraint(
        "CHECK (customer_dormant_days > 0 AND customer_lost_days > customer_dormant_days)",
        "A customer is dormant before they are lost: the second number of days is the larger one.",
    )

    def _compute_archive_apply_url(self):
        for company in self:
            company.archive_apply_url = f"{company.get_base_url()}/customer/apply/{company.id}"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_missing_archive_sequences()
        return companies

    @api.model
    def _create_missing_archive_sequences(self):
        """Give every company without one a numbering of its own (also called by the module's data)."""
        # sudo: whoever may create a company may not create sequences
        companies = (self or self.search([])).sudo().filtered(lambda company: not company.archive_sequence_id)
        values = [company._prepare_archive_sequence() for company in companies]
        sequences = self.env["ir.sequence"].sudo().create(values)
        for company, sequence in zip(companies, sequences, strict=True):
            company.archive_sequence_id = sequence

    def _prepare_archive_sequence(self):
        """Hook: values of the ``ir.sequence`` that numbers the archives of a company."""
        self.ensure_one()
        return {
            "name": f"Customer Archive ({self.name})",
            "code": SEQUENCE_CODE,
            "company_id": self.id,
            "prefix": "C%(year)s-",
            "padding": 5,
        }

    @api.model
    def _get_class_timezone(self):
        """Hook: the time zone in which days are counted for classes, the same for the job and for every user."""
        # sudo: any company's settings
        company = self.browse(self.env["ir.model.data"]._xmlid_to_res_id("base.main_company")) or self.env.company
        return company.sudo().partner_id.tz or "UTC"

    def _get_archive_consent(self):
        """The text that a visitor of the public entry page agrees to, as HTML in the language of the page."""
        self.ensure_one()
        if is_html_empty(self.archive_apply_consent):
            return self.env["ir.qweb"]._render("customer_archive.customer_apply_consent", {"company": self})
        return self.archive_apply_consent
