from odoo import api, fields, models
from odoo.addons.rating.models.rating_data import RATING_HAPPY_VALUE, RATING_NEUTRAL_VALUE, RATING_UNHAPPY_VALUE
from odoo.tools import SQL

from ..tools.case import CLOSED, RESOLVED, VISITED

GRADES = (RATING_HAPPY_VALUE, RATING_NEUTRAL_VALUE, RATING_UNHAPPY_VALUE)
LONGEST_FEEDBACK = 2000


class CustomerCase(models.Model):
    """What the customer thinks of the solution: asked once by mail, and on the customer's page.

    A case has one rating, which the customer may change. Nobody rates in a customer's place.
    """

    _inherit = "customer.case"
    _name = "customer.case"

    rating_asked = fields.Datetime("Asked for a Rating On", readonly=True, copy=False)
    rating_last_value = fields.Float("Satisfaction", readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"rating_asked", "rating_last_value", "rating_ids"}

    #=== ASKING ===#

    def _resolve(self, resolution):
        done = super()._resolve(resolution)
        self._ask_for_rating()
        return done

    def _visit(self, result):
        done = super()._visit(result)
        self._ask_for_rating()
        return done

    def _can_be_rated(self):
        """Hook: whether the customer rates one case now: solved, and visited again where that is due."""
        self.ensure_one()
        return self.state in (VISITED, CLOSED) or (self.state == RESOLVED and not self._needs_return_visit())

    def _ask_for_rating(self):
        """Ask the customer by mail, once in the life of a case."""
        self.ensure_one()
        # sudo: whoever takes the step asks, also where the person's rights end with it
        case = self.sudo()
        if case.rating_asked or not case._can_be_rated() or not case._rating_get_partner().email:
            return
        case.rating_asked = fields.Datetime.now()
        # by the queue: a mail server that does not answer holds up nobody
        template = self.env.ref("customer_archive.customer_case_rating_mail_template").sudo()
        case.rating_send_request(template, lang=case._rating_get_partner().lang, force_send=False)

    def _rating_get_partner(self):
        return self.contact_id or self.partner_id

    def _rating_get_operator(self):
        return (self.resolver_id or self.user_id).partner_id

    #=== RATING ===#

    def _rate(self, grade, feedback, person):
        """Take the customer's rating; another one takes the place of the first.

        :param grade: what was chosen, as text
        :param feedback: text
        :param person: ``res.partner`` who rates
        :return: why it is not taken, or nothing
        """
        self.ensure_one()
        if not self._can_be_rated():
            return self.env._("This case is not solved yet. Rate it afterwards, please.")
        if grade not in map(str, GRADES):
            return self.env._("Choose one of the three faces.")
        # sudo: customers have no right on ratings; the caller has checked that the person may see the case
        case = self.sudo()
        rating = case.rating_ids[:1]
        if not rating:
            token = case._rating_get_access_token(person)
            rating = case.rating_ids.search([("access_token", "=", token)])
        # whom the mail asked, and who of the organization answers, may be two
        rating.partner_id = person
        case.rating_apply(int(grade), rating=rating, feedback=feedback.strip()[:LONGEST_FEEDBACK])
        return ""

    def message_post(self, **kwargs):
        # the host takes a rating with any message, of whoever writes it
        kwargs.pop("rating_value", None)
        return super().message_post(**kwargs)

    #=== FIGURES ===#

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "rating_last_value:avg":
            # who did not rate has no opinion
            value = self._field_to_sql(self._table, "rating_last_value", query)
            return SQL("AVG(NULLIF(%s, 0))", value)
        return super()._read_group_select(aggregate_spec, query)
