from odoo import api, models
from odoo.exceptions import AccessDenied

from ..const import AUDIT_LOGIN, AUDIT_LOGIN_FAILED
from ..tools import audit


class ResUsers(models.Model):
    """Logins are noted, failed ones too."""

    _inherit = "res.users"
    _name = "res.users"

    def _login(self, credential, user_agent_env):
        login = credential["login"]
        try:
            auth_info = super()._login(credential, user_agent_env)
        except AccessDenied:
            self._note_failed_login(self._get_login_domain(login), login)
            raise
        user = self.browse(auth_info["uid"])
        self.with_user(user).env["customer.audit.log"]._note(AUDIT_LOGIN, self._name, user.ids)
        return auth_info

    @api.model
    def _check_uid_passwd(self, uid, passwd):
        try:
            return super()._check_uid_passwd(uid, passwd)
        except AccessDenied:
            self._note_failed_login([("id", "=", uid)], str(uid))
            raise

    @api.model
    def _note_failed_login(self, domain, login):
        """Note who tried; a login that nobody has is noted in part only, because it may be a password."""
        # sudo: nobody is logged in yet
        user = self.sudo().with_context(active_test=False).search(domain, limit=1)
        shown = user.login or audit.cover(login)
        self.env["customer.audit.log"]._note(
            AUDIT_LOGIN_FAILED, self._name, user.ids, count=1, detail={0: {"login": [None, shown]}}
        )
