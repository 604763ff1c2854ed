import secrets
from datetime import timedelta

from odoo import api, fields, models

from ..const import ASKED, CONTROLLED_STATES, FACT_OPEN, TO_CALL
from ..tools import verification
from .customer_verification import ACTIVITY

PATH = "/customer/confirm"
# Under this key of the context the mail finds the links: nowhere else are they known.
LINKS = "customer_verification_links"


class _Links:
    """Links by id of the request. A class of its own, so that no client can send one in a context."""

    def __init__(self):
        self.by_id = {}


class CustomerVerification(models.Model):
    """The mail and its link: 256 random bits of which only a hash is kept, for one person, one use and a few days."""

    _inherit = "customer.verification"
    _name = "customer.verification"

    def _get_link(self):
        """The address of the page, while its mail is being written; nobody knows it before or after."""
        self.ensure_one()
        links = self.env.context.get(LINKS)
        return links.by_id.get(self.id, "") if isinstance(links, _Links) else ""

    @api.model
    def _get_link_days(self):
        """Hook: for how many days a link works."""
        return 7

    def _get_address(self):
        """The e-mail address of the person who is asked; empty where mail does not reach the person."""
        self.ensure_one()
        contact = self.contact_id
        return contact.email_normalized if contact and contact._is_mailable() else ""

    def _send(self):
        """Send each of these requests, or a reminder of it, with a new link; links of earlier mails end."""
        now, links = fields.Datetime.now(), _Links()
        for record in self:
            token = secrets.token_urlsafe(32)
            links.by_id[record.id] = f"{record.get_base_url()}{PATH}/{token}"
            record.write(record._prepare_sending(token, now))
        self._mail(links)
        self.activity_unlink([ACTIVITY])

    def _prepare_sending(self, token, now):
        again = self.state == ASKED
        until = now + timedelta(days=self._get_link_days())
        sent = self.sent_date if again else now
        reminders = self.reminder_count + 1 if again else 0
        step = verification.next_step(sent, reminders, self._get_remind_days(), until)
        return {
            "state": ASKED,
            "email": self._get_address(),
            "token_hash": verification.digest(token),
            "link_until": until,
            "version": self.version + 1,
            "sent_date": sent,
            "reminder_count": reminders,
            "next_date": step.at,
            "bounced_date": False,
        }

    def _get_remind_days(self):
        company = self.company_id or self.env.company
        return (company.customer_verification_remind_days, company.customer_verification_remind_again_days)

    def _mail(self, links):
        """Put the mails into the queue of the host.

        They belong to no record and no employee until they are sent and deleted: a colleague who could read one in the
        chatter would hold the customer's link.
        """
        template = self.env.ref("customer_archive.customer_verification_mail_template", raise_if_not_found=False)
        if not template or not self:
            return
        author = self.env.ref("base.partner_root")
        template.sudo().with_context(**{LINKS: links}).send_mail_batch(
            self.ids,
            email_values={"model": False, "res_id": False, "author_id": author.id, "auto_delete": True},
        )

    def _ask_by_phone(self):
        """Customers whom no mail reaches: somebody calls them."""
        for record in self:
            record.state = TO_CALL
            record._schedule_call(lambda env: env._("Ask by phone: no e-mail address works"))

    def _schedule_call(self, summary):
        """Give who is in charge an activity, in the person's language.

        :param summary: function of an environment that returns a text
        """
        self.ensure_one()
        user = self._get_verification_user()
        self.activity_schedule(
            ACTIVITY, user_id=user.id, summary=summary(self.with_context(lang=user.lang or self.env.lang).env)
        )

    def _get_verification_user(self):
        """Hook: who calls a customer that does not answer, as ``res.users``; empty: the activity waits for anybody."""
        self.ensure_one()
        people = (self.user_id, self.partner_id.user_id, self.partner_id.archive_team_id.user_id)
        return next((user for user in people if user.active and not user.share), self.env["res.users"])

    #=== LINKS ===#

    @api.model
    def _find_by_token(self, token):
        """The request that a link opens, or an empty set: for a link that is made up, old, used or somebody else's.

        :param token: the end of the address of the page, from a stranger
        """
        # sudo: whoever holds the link has no right but the link
        found = self.sudo().search([("token_hash", "=", verification.digest(token or "")), ("state", "=", ASKED)])
        return found.filtered(lambda record: record._is_link_alive())

    def _is_link_alive(self):
        """Whether the link still belongs to the person and the archive that it was sent for."""
        self.ensure_one()
        partner, contact = self.partner_id, self.contact_id
        same = contact.active and contact.commercial_partner_id == partner and contact.email_normalized == self.email
        kept = partner.active and partner.archive_state in CONTROLLED_STATES
        return bool(same and kept and self.link_until > fields.Datetime.now() and self._get_open_names())

    def _get_open_names(self):
        """Names of the facts that are still asked."""
        self.ensure_one()
        return [line.field_name for line in self.line_ids if line.outcome == FACT_OPEN]

    #=== MAIL THAT COMES BACK ===#

    @api.model
    def _note_bounce(self, address):
        """Note that the mail of a request came back; who is in charge calls instead."""
        waiting = self.sudo().search(
            [("email", "=", address), ("state", "=", ASKED), ("bounced_date", "=", False)]
        )
        for record in waiting:
            record.bounced_date = fields.Datetime.now()
            record._schedule_call(lambda env: env._("The mail came back: mend the address, or ask by phone"))
