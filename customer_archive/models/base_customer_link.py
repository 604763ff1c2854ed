import inspect
import sys

from odoo import Command, api, models
from odoo.addons.mail.tools.parser import parse_res_ids
from odoo.addons.rpc.controllers.json2 import WebJson2Controller
from odoo.service.model import call_kw

PARTNER = "res.partner"
# How values name a record without a field of its own: by its model, and by its id or ids.
MODEL_NAMES, MODEL_LINKS, ID_FIELDS = {"res_model", "model"}, {"res_model_id", "model_id"}, {"res_id", "res_ids"}
# Where methods are called for clients: browser, XML-RPC and JSON-RPC share the first one.
DOORS = (call_kw.__code__, inspect.unwrap(WebJson2Controller.web_json_2_rpc).__code__)
# Methods of the ORM and of the import that hand a client's values on to each other without a decision of their own.
CARRIERS = frozenset(
    {
        "create", "write", "name_create", "load", "flush", "execute_import",
        "_load_records", "_load_records_create", "_load_records_write",
    }
)


def is_sent(frame, model_name, carriers=CARRIERS):
    """Whether a call made in this frame carries what a client sent, by whichever door of the server it came.

    :param model_name: the model whose method was called; what documents write in others of another model is their own
    :param carriers: names of methods that may lie between the client and the frame
    """
    while frame and frame.f_code.co_name in carriers:
        owner = frame.f_locals.get("self")
        if frame.f_code.co_name in ("create", "write") and getattr(owner, "_name", None) != model_name:
            return False
        frame = frame.f_back
    return bool(frame) and frame.f_code in DOORS


class Base(models.AbstractModel):
    """Documents of every app: nobody learns of a hidden customer by choosing its id on a document.

    The host checks a new row, not whom it points to. It answers a saved or changed form with the names of whom the form
    points to, and copies their addresses: a lead takes over phone and e-mail of any contact that it is given.

    Only what a client sends is checked. What apps do themselves is not: who may see an order of a hidden customer
    confirms and invoices it, and documents that point to a hidden customer already stay as usable as they were. Links
    to several contacts are left to the host, which checks these itself.

    Ratings, activities, text messages and the like name what they are about by its model and id; the host shows its
    name, and the number that a text message goes to. They name nothing that the person may not read.
    """

    _inherit = "base"
    _name = "base"

    def web_save(self, vals, specification, next_id=None):
        self._check_chosen_customers(vals if self else self._add_sent_defaults(vals))
        return super().web_save(vals, specification, next_id=next_id)

    def web_save_multi(self, vals_list, specification):
        for record, vals in zip(self, vals_list, strict=True):
            record._check_chosen_customers(vals)
        return super().web_save_multi(vals_list, specification)

    def onchange(self, values, field_names, fields_spec):
        self._check_chosen_customers(self._add_sent_defaults(values))
        return super().onchange(values, field_names, fields_spec)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and is_sent(sys._getframe(1), self._name):
            for vals in vals_list:
                self.browse()._check_chosen_customers(self._add_sent_defaults(vals))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and is_sent(sys._getframe(1), self._name):
            self._check_chosen_customers(vals)
        return super().write(vals)

    def copy(self, default=None):
        # what the copied document points to already is no news, so its copy is not checked again when it is created
        if default and not self.env.su and is_sent(sys._getframe(1), self._name, {"copy"}):
            self._check_chosen_customers(default)
        return super().copy(default)

    @api.model
    def _add_sent_defaults(self, vals):
        """Values with those that a client names in the context; a window is about the records that it was opened on."""
        context, prefix = self.env.context, "default_"
        vals = {**{name.removeprefix(prefix): context[name] for name in context if name.startswith(prefix)}, **vals}
        if self._transient and not (vals.get("res_id") or vals.get("res_ids")):
            vals.update(res_id=context.get("active_id"), res_ids=context.get("active_ids"))
        if self._transient and not any(vals.get(name) for name in (*MODEL_NAMES, *MODEL_LINKS)):
            vals["res_model"] = context.get("active_model")
        return vals

    def _check_chosen_customers(self, vals):
        if self.env.su:
            return
        if chosen := self._get_chosen_customers(vals):
            self.env[PARTNER]._check_linkable(chosen)
        if (named := self._get_named_records(vals)) is not None and named._name != PARTNER:
            named.check_access("read")

    def _get_chosen_customers(self, vals):
        """Ids of the contacts that values newly point to, lines of the form included."""
        chosen = set()
        for name in vals.keys() & self._fields.keys():
            field, value = self._fields[name], vals[name]
            if field.type == "one2many":
                chosen |= self._get_chosen_in_lines(field, value)
            elif contact := self._get_pointed_contact(field, value):
                # sudo: whom the record points to already is no news
                known = self.sudo().mapped(name) if self.ids else ()
                chosen |= set() if contact in known else {contact.id}
        named = self._get_named_records(vals)
        return chosen | set(named.ids) if named is not None and named._name == PARTNER else chosen

    def _get_pointed_contact(self, field, value):
        """The contact that a value of a field points to, if it does."""
        if field.type == "many2one" and field.comodel_name == PARTNER and isinstance(value, int):
            return self.env[PARTNER].browse(value or ())
        if field.type == "reference" and isinstance(value, str) and value.startswith(f"{PARTNER},"):
            number = value.partition(",")[2]
            return self.env[PARTNER].browse(int(number) if number.isdecimal() else ())
        return self.env[PARTNER]

    def _get_named_records(self, vals):
        """The records that values newly name by model and id, or None."""
        ids = self._get_named_ids(vals)
        model = self.env.get(self._get_named_model(vals)) if ids else None
        if model is None or model._abstract:
            return None
        if self.ids and model._name == self._get_named_model({}):
            # sudo: what the record is about already is no news
            saved = self[:1].sudo()
            ids -= self._get_named_ids({name: saved[name] for name in ID_FIELDS & self._fields.keys()})
        return model.browse(ids)

    def _get_named_ids(self, vals):
        """The ids that values hold beside the name of a model."""
        ids = set()
        for name in ID_FIELDS & vals.keys() & self._fields.keys():
            value, kind = vals[name], self._fields[name].type
            if kind in ("integer", "many2one_reference") and isinstance(value, int) and value:
                ids.add(value)
            elif kind in ("char", "text"):
                ids.update(parse_res_ids(value or [], self.env))
        return ids

    def _get_named_model(self, vals):
        """Name of the model that goes with an id in values, or of what the record is about; False without one."""
        for name in MODEL_NAMES & vals.keys() & self._fields.keys():
            if vals[name]:
                return vals[name]
        for name in MODEL_LINKS & vals.keys() & self._fields.keys():
            if isinstance(vals[name], int):
                # sudo: people do not read the list of models
                return self.env["ir.model"].sudo().browse(vals[name]).exists().model
        # sudo: the record may be hidden as well
        return next((self[:1].sudo()[name] for name in MODEL_NAMES & self._fields.keys()), False)

    def _get_chosen_in_lines(self, field, value):
        lines, chosen = self.env[field.comodel_name], set()
        for command in value if isinstance(value, (list, tuple)) else ():
            if command[0] in (Command.CREATE, Command.UPDATE) and isinstance(command[2], dict):
                line = lines.browse(command[1] if isinstance(command[1], int) else 0)
                chosen |= (line if line.id else lines)._get_chosen_customers(command[2])
        return chosen
