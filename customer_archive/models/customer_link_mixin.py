from odoo import api, fields, models
from odoo.fields import Domain


class CustomerLinkMixin(models.AbstractModel):
    """Records that are about a customer, and are as hidden as the customer.

    A model that inherits this mixin and gives it one record rule follows the customer in reading; people then link its
    rows to nobody they may not read. The rule::

        <record id="customer_x_rule_follow" model="ir.rule">
            <field name="name">X: follow the customer's archive</field>
            <field name="model_id" ref="model_customer_x"/>
            <field name="groups" eval="[Command.link(ref('base.group_user'))]"/>
            <field name="domain_force">[('customer_readable', '=', True)]</field>
        </record>

    Where editing is for who edits the archive, a second rule with ``('partner_id.archive_writable', '=', True)`` and
    without ``perm_read`` says so, and the first one takes ``perm_read`` alone.
    """

    _name = "customer.link.mixin"
    _description = "Record of a Customer"

    customer_readable = fields.Boolean(
        "The Person May Read the Customer",
        compute="_compute_customer_readable",
        compute_sudo=True,
        search="_search_customer_readable",
        exportable=False,
    )

    @api.model
    def _get_customer_fields(self):
        """Hook: names of the fields by which the model's rows are about customers; the first one rules who reads them.

        :return: list of names of many2one fields to ``res.partner``
        """
        return ["partner_id"]

    @api.depends(lambda self: [f"{self._get_customer_fields()[0]}.archive_readable"])
    @api.depends_context("uid")
    def _compute_customer_readable(self):
        name = self._get_customer_fields()[0]
        for record in self:
            record.customer_readable = not record[name] or record[name].archive_readable

    def _search_customer_readable(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        readable = self.env["res.partner"]._get_archive_read_domain()
        if readable.is_true():
            return readable
        name = self._get_customer_fields()[0]
        return Domain(name, "=", False) | Domain(name, "any!", readable)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            names = self._get_customer_fields()
            # a client can name a customer in the context as well
            defaults = self.default_get(names)
            self._check_linked_customers([{**defaults, **vals} for vals in vals_list])
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_linked_customers([vals])
        return super().write(vals)

    @api.model
    def _check_linked_customers(self, vals_list):
        ids = {vals[name] for vals in vals_list for name in self._get_customer_fields() if vals.get(name)}
        self.env["res.partner"]._check_linkable(ids)
