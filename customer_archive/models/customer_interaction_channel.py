from odoo import fields, models


# No record rule: words for ways of talking, the same for every company
class CustomerInteractionChannel(models.Model):
    """A way of being in touch with a customer."""

    _name = "customer.interaction.channel"
    _description = "Channel of Interactions"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(help="Name of a symbol of Font Awesome, such as fa-phone.")
    is_visit = fields.Boolean("Visit", help="One goes there: with check-in, check-out and a report.")
    is_on_calendar = fields.Boolean("On the Calendar", help="What is planned gets an appointment in the calendar.")
    is_contact = fields.Boolean(
        "Counts as Contact", default=True, help="Counts for the last contact with the customer."
    )

    _name_uniq = models.UniqueIndex("(name)", "There is a channel of this name already.")
