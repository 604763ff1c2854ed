from odoo import api, models

# Fields that make a name, as it stands on every document.
_NAME = {"id", "display_name"}


class Base(models.AbstractModel):
    """Exports of customers pass the gate, whether they are what is exported or what it leads to.

    A list of categories or of orders can carry the telephone numbers of every customer in its columns. Names alone, as
    they stand on every document, do not count.
    """

    _inherit = "base"
    _name = "base"

    def export_data(self, fields_to_export):
        Policy = self.env["customer.export.policy"]
        if self.env.su:
            return super().export_data(fields_to_export)
        own = Policy._get_guarded_ids(self)
        Policy._check(self._name, len(own), ids=own, field_names=fields_to_export)
        with Policy._collect() as found:
            result = super().export_data(fields_to_export)
        self._check_found(own, found)
        return result

    def _check_found(self, own, found):
        """Let pass what an export reached through relations, and mark the file if it holds customers.

        :param own: ids of the guarded records among those that are exported
        :param found: dict of model name → ids of all records that were written
        """
        Policy = self.env["customer.export.policy"]
        taken = {self._name: own} if own else {}
        for model_name, ids in found.items():
            guarded = Policy._get_guarded_ids(self.env[model_name].browse(ids))
            more = guarded - taken.get(model_name, set())
            Policy._check(model_name, len(more), ids=more)
            if more:
                taken[model_name] = taken.get(model_name, set()) | more
        if taken:
            Policy._mark(taken)

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        if any(path and path != ["display_name"] for path in fields):
            self.env["customer.export.policy"]._notice(self)
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    @api.readonly
    def web_read(self, specification):
        if specification.keys() - _NAME:
            self.env["customer.export.policy"]._notice(self)
        return super().web_read(specification)

    @api.model
    @api.readonly
    def web_read_group(self, domain, groupby, aggregates=(), limit=None, offset=0, order=None, **options):
        result = super().web_read_group(domain, groupby, aggregates, limit, offset, order, **options)
        self.env["customer.export.policy"]._notice_rows(self._name, len(result["groups"]))
        return result
