from odoo import api, fields, models


class CustomerDocumentMixin(models.AbstractModel):
    """Rows that link a document of an installed app, which follows its own rules whoever reads the row.

    Stands before other parents in ``_inherit``: what a person may link is checked after what they may change.
    """

    _name = "customer.document.mixin"
    _description = "Link to a Document"
    _rec_name = "res_name"

    document = fields.Reference(selection="_select_models", string="Linked Document", required=True)
    res_name = fields.Char("Document", compute="_compute_res_name")
    kind_name = fields.Char("Kind", compute="_compute_res_name")

    @api.model
    def _select_models(self):
        """Models of documents that can be linked: list of (name, label), of installed ones (``_name_models``)."""
        raise NotImplementedError

    @api.model
    def _name_models(self, names):
        """The installed ones of these models, each once: list of (name, label)."""
        # sudo: names of models
        model = self.env["ir.model"].sudo()
        return [(name, model._get(name).name) for name in dict.fromkeys(names) if name in self.env]

    @api.depends("document")
    @api.depends_context("uid", "lang")
    def _compute_res_name(self):
        labels = dict(self._select_models())
        for record in self:
            document = record.document
            record.kind_name = document and labels.get(document._name)
            # a document follows its own rules, whoever reads the row
            readable = document and document.sudo(False).exists().has_access("read")
            record.res_name = document.sudo().display_name if readable else self.env._("Not visible to you")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_readable()
        return records

    def write(self, vals):
        result = super().write(vals)
        if "document" in vals:
            self._check_readable()
        return result

    def _check_readable(self):
        if not self.env.su:
            for record in self:
                record.document.check_access("read")

    def action_open(self):
        """Open the document."""
        self.ensure_one()
        self.document.check_access("read")
        return {
            "type": "ir.actions.act_window", "res_model": self.document._name, "res_id": self.document.id,
            "views": [(False, "form")],
        }
