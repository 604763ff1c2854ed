from odoo import models

REVIEW = "customer_archive.mail_activity_type_review"


class MailActivity(models.Model):
    """An activity that was done with a customer is an interaction."""

    _inherit = "mail.activity"
    _name = "mail.activity"

    def _is_interaction(self):
        """Hook: whether a done activity on a customer is an interaction; work on the archive and uploads are none."""
        self.ensure_one()
        review = self.env.ref(REVIEW, raise_if_not_found=False)
        return self.activity_type_id != review and self.activity_type_id.category != "upload_file"

    def _action_done(self, feedback=False, attachment_ids=None):
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        self.env["customer.interaction.feed"]._feed_activities(self, feedback)
        return result
