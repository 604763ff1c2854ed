from odoo import Command, api, fields, models

from ..const import ACTIVITY, BLACKLISTED, MAIL, NO_ADDRESS, NO_CAMPAIGNS, NO_CONSENT, NO_OWNER, SMS
from ..tools.followup import fill

MAIL_PARTS = ("body_html", "email_from", "mail_server_id", "reply_to", "subject", "attachment_ids")


class CustomerFollowup(models.Model):
    """What is done for an occasion, and what forbids it. All of it works on the follow-ups of one rule at a time."""

    _inherit = "customer.followup"
    _name = "customer.followup"

    @api.model
    def _get_action_methods(self):
        """Hook: action → method that carries it out for a set of follow-ups of one rule."""
        return {ACTIVITY: type(self)._do_activity, MAIL: type(self)._do_mail, SMS: type(self)._do_sms}

    #=== REFUSALS ===#

    def _get_refusals(self):
        """Hook: why nothing may go out now: dict of follow-up → reason, a key of ``reason``; those left out may.

        The number of queries does not depend on the number of follow-ups, which are all of one rule.
        """
        checks = [self._find_undeliverable(), self._find_without_consent(), self._find_without_campaigns()]
        refusals = {}
        for found in checks:
            refusals = {**found, **refusals}
        return refusals

    def _find_undeliverable(self):
        """Whom the action cannot reach: no owner, no address, or one that is on the host's lists of opt-outs."""
        address = self._get_address_fields().get(self.rule_id.action)
        if not address:
            return {record: NO_OWNER for record in self if not record._get_owner()}
        listed = "is_blacklisted" if address == "email_normalized" else "phone_sanitized_blacklisted"
        found = {record: BLACKLISTED for record in self if record.recipient_id[listed]}
        return found | {record: NO_ADDRESS for record in self if not record.recipient_id[address]}

    def _get_owner(self):
        """Hook: who gets the activity, as ``res.users``; empty: nobody, and the follow-up is skipped."""
        self.ensure_one()
        return self.partner_id.user_id.filtered(lambda user: user.active and not user.share)

    def _find_without_consent(self):
        """People who did not consent to the purpose of the rule."""
        code = self.rule_id.purpose_id.code
        if not code:
            return {}
        consents = self.recipient_id.filtered(lambda recipient: not recipient.is_company)._customer_consents()
        lacking = {person for person, held in consents.items() if not (code in held and held[code].given)}
        return {record: NO_CONSENT for record in self if record.recipient_id.id in lacking}

    def _find_without_campaigns(self):
        """Customers whose policy rules out campaigns."""
        if self.rule_id.trigger not in self.rule_id._get_promotion_triggers():
            return {}
        policies = self.partner_id._customer_policy()
        closed = {
            partner for partner, values in policies.items()
            if "marketing_treatment" in values and values["marketing_treatment"].value == "none"
        }
        return {record: NO_CAMPAIGNS for record in self if record.partner_id.id in closed}

    def _get_target_name(self):
        """Who gets the activity or the message, in words."""
        self.ensure_one()
        address = self._get_address_fields().get(self.rule_id.action)
        if not address:
            return self._get_owner().name or ""
        name, place = self.recipient_id.name or "", self.recipient_id[address]
        return f"{name} <{place}>" if place else name

    #=== ACTIONS ===#

    def _do_activity(self):
        """Give each owner an activity on the customer."""
        rule = self.rule_id
        kind = rule.activity_type_id or self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get_id("res.partner")
        values = [
            {
                "activity_type_id": kind.id, "res_model_id": model, "res_id": record.partner_id.id,
                "user_id": record._get_owner().id, "date_deadline": record._get_local_day(),
                "summary": record._get_summary(), "automated": True,
            }
            for record in self
        ]
        # the list of activities tells the owner; a mail about each of hundreds would not
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(values)
        for record, activity in zip(self, activities, strict=True):
            record.activity_id = activity

    def _get_local_day(self):
        """The day at the customer on which the follow-up is planned."""
        zone = self.contact_id.tz or self.partner_id.tz or self.company_id.partner_id.tz or "UTC"
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), self.planned_date).date()

    def _get_summary(self):
        """Hook: the line of the activity, in the language of who gets it."""
        self.ensure_one()
        name = self.with_context(lang=self._get_owner().lang).rule_id.name
        return f"{name}: {self.contact_id.name}" if self.contact_id else name

    def _do_mail(self):
        """Queue a mail to each recipient; it stands on the recipient's page."""
        rendered = self.rule_id.mail_template_id._generate_template(self.ids, MAIL_PARTS)
        senders = {record.recipient_id.id: rendered[record.id].get("email_from") for record in self}
        # asked for all at once: the host would ask mail by mail
        replies = self.recipient_id._notify_get_reply_to_batch(defaults=senders)
        mails = self.env["mail.mail"].create(
            [record._prepare_mail(rendered[record.id], replies[record.recipient_id.id]) for record in self]
        )
        for record, mail in zip(self, mails, strict=True):
            record.message_id = mail.mail_message_id

    def _prepare_mail(self, rendered, reply_to):
        """Values of the mail for one follow-up.

        :param rendered: what the template says, by name of the field
        :param reply_to: address for answers, unless the template names one
        """
        self.ensure_one()
        values = {name: rendered[name] for name in MAIL_PARTS if rendered.get(name)}
        author = self.user_id.partner_id or self.env.user.partner_id
        return {
            "reply_to": reply_to,
            **values,
            "body": rendered["body_html"],
            "author_id": author.id,
            "attachment_ids": [Command.link(key) for key in rendered.get("attachment_ids") or ()],
            # to nobody else, whatever the template says: only this person was asked whether messages are welcome
            "recipient_ids": [Command.link(self.recipient_id.id)],
            "model": "res.partner",
            "res_id": self.recipient_id.id,
            # the follow-up points to it
            "auto_delete": False,
        }

    def _do_sms(self):
        """Queue a text message to each recipient, by the app that sends them."""
        for record in self:
            recipient = record.recipient_id
            words = record.with_context(lang=recipient.lang or self.env.lang)
            text = fill(words.rule_id.sms_text, words._get_message_values())
            record.message_id = recipient._message_sms(text, put_in_queue=True)

    def _get_message_values(self):
        """Hook: what stands for the words in braces of a text message: dict of word → text."""
        self.ensure_one()
        day = self.env["ir.qweb.field.date"].value_to_html(self.occasion_date, {})
        return {
            "name": self.recipient_id.name, "customer": self.partner_id.name, "owner": self.user_id.name or "",
            "company": (self.company_id or self.env.company).name, "date": day,
        }
