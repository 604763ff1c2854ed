from odoo import models
from odoo.http import request
from werkzeug.exceptions import Unauthorized

from ..const import AUDIT_LOGIN_FAILED


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"
    _name = "ir.http"

    @classmethod
    def _auth_method_bearer(cls):
        """A key that nobody has is a failed login."""
        try:
            return super()._auth_method_bearer()
        except Unauthorized:
            if request.httprequest.headers.get("Authorization"):
                log = request.env["customer.audit.log"]
                log._note(AUDIT_LOGIN_FAILED, "res.users", count=1, field_names=["api_key"])
            raise
