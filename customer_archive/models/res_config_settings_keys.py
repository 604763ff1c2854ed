from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResConfigSettings(models.TransientModel):
    """The state of the key ring, as the administrator sees it; nothing of it is stored and no key is shown."""

    _inherit = "res.config.settings"
    _name = "res.config.settings"

    customer_key_state = fields.Selection(
        [("none", "Not used yet"), ("found", "Found"), ("wrong", "Something is wrong")],
        "State of the Key Ring",
        compute="_compute_customer_keys",
    )
    customer_key_ids = fields.Char("Keys of the Key Ring", compute="_compute_customer_keys")
    customer_key_counts = fields.Char("Encrypted Values by Key", compute="_compute_customer_keys")
    customer_key_source = fields.Char("Place of the Key Ring", compute="_compute_customer_keys")
    customer_key_problem = fields.Char("Problem of the Key Ring", compute="_compute_customer_keys")
    customer_key_writable = fields.Boolean("Odoo May Add a Key", compute="_compute_customer_keys")
    customer_key_waiting = fields.Boolean("Values Wait for the Current Key", compute="_compute_customer_keys")

    @api.depends_context("uid", "lang")
    def _compute_customer_keys(self):
        keys = self.env["customer.key.ring"]
        status, counts = keys._status(), keys._count_keys()
        lost = [name for name in status["lost"] if counts.get(name)]
        problem = status["problem"] or self._describe_lost_keys(lost)
        for settings in self:
            settings.customer_key_state = "wrong" if problem else "found" if status["found"] else "none"
            settings.customer_key_ids = ", ".join(self._describe_key(name, status["current"]) for name in status["ids"])
            settings.customer_key_counts = ", ".join(
                self.env._("%(key)s: %(count)s", key=key, count=count) for key, count in sorted(counts.items())
            )
            settings.customer_key_source = status["source"]
            settings.customer_key_problem = problem
            settings.customer_key_writable = status["writable"]
            settings.customer_key_waiting = any(count for key, count in counts.items() if key != status["current"])

    def _describe_key(self, name, current):
        return self.env._("%(key)s (current)", key=name) if name == current else name

    def _describe_lost_keys(self, lost):
        if not lost:
            return ""
        return self.env._(
            "The key ring lacks the keys %(keys)s. What they encrypt cannot be read or replaced until they are back: "
            "add them from the copy that you keep of the key ring.",
            keys=", ".join(lost),
        )

    def action_rotate_keys(self):
        """Add a key to the ring and encrypt every value with it, in the background."""
        self._check_keys_right()
        key_id = self.env["customer.key.ring"]._start_rotation()
        return self._tell_rotation(
            self.env._(
                "“%(key)s” is the current key now; values are encrypted with it in the background. Keep a new copy of "
                "the key ring. Older backups need the older keys: leave them in the ring.",
                key=key_id,
            )
        )

    def action_reencrypt(self):
        """Encrypt with the current key what an earlier one encrypted, in the background."""
        self._check_keys_right()
        self.env["customer.key.ring"]._trigger_rotation()
        return self._tell_rotation(self.env._("Values are encrypted with the current key in the background."))

    def _check_keys_right(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators change the keys."))

    def _tell_rotation(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": "success", "sticky": True},
        }
