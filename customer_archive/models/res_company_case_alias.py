from odoo import fields, models


class ResCompany(models.Model):
    """The address to which customers write."""

    _inherit = "res.company"
    _name = "res.company"

    customer_case_alias_id = fields.Many2one(
        "mail.alias", "Mail Address for Cases", ondelete="set null", index="btree_not_null", copy=False
    )

    def _set_case_alias(self, name):
        """Take mails to an address as cases of the company; no name: none.

        :param name: what stands before the @
        """
        self.ensure_one()
        # sudo: whoever may change settings names the address, whatever the rights on addresses
        company = self.sudo()
        if not name:
            company.customer_case_alias_id.unlink()
        elif company.customer_case_alias_id:
            company.customer_case_alias_id.alias_name = name
        else:
            company.customer_case_alias_id = company.env["mail.alias"].create(
                {
                    "alias_name": name,
                    "alias_model_id": company.env["ir.model"]._get_id("customer.case"),
                    "alias_defaults": repr({"company_id": company.id}),
                    "alias_domain_id": company.alias_domain_id.id,
                }
            )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"
    _name = "res.config.settings"

    customer_case_alias_name = fields.Char("Mail Address for Cases")
    customer_case_alias_domain = fields.Char(related="company_id.alias_domain_id.name")

    def get_values(self):
        # sudo: an address is no secret of who may change settings
        alias = self.env.company.sudo().customer_case_alias_id
        return {**super().get_values(), "customer_case_alias_name": alias.alias_name}

    def set_values(self):
        result = super().set_values()
        if (self.customer_case_alias_name or False) != (self.company_id.customer_case_alias_id.alias_name or False):
            self.company_id._set_case_alias(self.customer_case_alias_name)
        return result
