import base64

from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal, pager
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype

from ..tools.contract import SENT

# What a customer sees of contracts: what was sent, and what was signed.
_KNOWN = Domain("sent_date", "!=", False) | Domain("signed_date", "!=", False)


def _is_picture(text):
    """Whether a text is a picture of points in base64; drawings that hold programs (SVG) are none."""
    try:
        content = base64.b64decode(text or "", validate=True)
    except (TypeError, ValueError):
        return False
    return guess_mimetype(content) in ("image/png", "image/jpeg", "image/webp")


class CustomerContractPortal(CustomerPortal):
    """Contracts on the customer's portal: to read, and to sign once they were sent.

    The portal has no right on the model: each page reads with superuser rights what its own domain or the token of one
    contract allows.
    """

    def _get_contract_domain(self):
        company = request.env.user.partner_id.commercial_partner_id
        return Domain("partner_id", "child_of", company.id) & _KNOWN & Domain("cancelled_date", "=", False)

    def _get_contracts(self):
        # sudo: see the class
        return request.env["customer.contract"].sudo()

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "customer_contract_count" in counters:
            values["customer_contract_count"] = self._get_contracts().search_count(self._get_contract_domain())
        return values

    @http.route(["/my/contracts", "/my/contracts/page/<int:page>"], type="http", auth="user", website=True)
    def portal_contracts(self, page=1, **_params):
        """The contracts of the customer that the person belongs to."""
        Contract, domain = self._get_contracts(), self._get_contract_domain()
        pages = pager("/my/contracts", Contract.search_count(domain), page, self._items_per_page)
        contracts = Contract.search(domain, limit=self._items_per_page, offset=pages["offset"])
        for contract in contracts:
            contract._portal_ensure_token()
        values = {"contracts": contracts, "page_name": "customer_contract", "pager": pages}
        return request.render(
            "customer_archive.portal_contracts", {**self._prepare_portal_layout_values(), **values}
        )

    def _find_contract(self, contract_id, access_token):
        """The contract that a link with a token, or the person who is logged in, may see; raise where it may not."""
        contract = self._document_check_access("customer.contract", contract_id, access_token=access_token)
        if not contract.filtered_domain(_KNOWN) or contract.cancelled_date:
            raise MissingError(request.env._("This contract is not to be read here any more."))
        return contract

    @http.route("/my/contracts/<int:contract_id>", type="http", auth="public", website=True)
    def portal_contract(self, contract_id, access_token=None, message=None, **params):
        """One contract, with its text and the place to sign."""
        try:
            contract = self._find_contract(contract_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = {
            "contract": contract,
            "page_name": "customer_contract",
            "message": message,
            "can_sign": contract.state == SENT,
        }
        values = self._get_page_view_values(
            contract, access_token, values, "my_customer_contracts_history", False, **params
        )
        return request.render("customer_archive.portal_contract", values)

    @http.route("/my/contracts/<int:contract_id>/text", type="http", auth="public", website=True)
    def portal_contract_text(self, contract_id, access_token=None, **_params):
        """The file of the text."""
        try:
            contract = self._find_contract(contract_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not contract.text_file:
            raise request.not_found()
        stream = request.env["ir.binary"].sudo()._get_stream_from(
            contract, "text_file", filename_field="text_file_name"
        )
        return stream.get_response(as_attachment=False)

    @http.route("/my/contracts/<int:contract_id>/sign", type="jsonrpc", auth="public", website=True)
    def portal_contract_sign(self, contract_id, access_token=None, name=None, signature=None):
        """Sign a contract that was sent: the answer of the signature form of the portal."""
        access_token = access_token or request.httprequest.args.get("access_token")
        try:
            contract = self._find_contract(contract_id, access_token)
        except (AccessError, MissingError):
            return {"error": request.env._("This link does not work any more. Ask for a new one.")}
        if contract.state != SENT:
            return {"error": request.env._("This contract is not waiting for a signature.")}
        name = (name or "").strip()
        if not name or not _is_picture(signature):
            return {"error": request.env._("Enter your name and draw your signature.")}
        try:
            with request.env.cr.savepoint():
                contract._sign(name, contract._get_today(), signature, request.httprequest.remote_addr)
        except UserError:
            return {"error": request.env._("The signature could not be read. Draw it again.")}
        contract.message_post(
            body=request.env._("Signed on the portal by %s.", name),
            author_id=self._get_signer(contract).id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return {"force_refresh": True, "redirect_url": contract.get_portal_url(query_string="&message=signed")}

    def _get_signer(self, contract):
        person = request.env.user.partner_id
        return (contract.contact_id or contract.partner_id) if request.env.user._is_public() else person
