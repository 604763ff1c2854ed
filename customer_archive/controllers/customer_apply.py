from odoo import http
from odoo.http import request

from ..models.customer_application import BUSY, STORED

PATH = "/customer/apply"
# More than the longest entry that a person can type into the page.
MAX_BYTES = 65536


class CustomerApply(http.Controller):
    """The public page on which a visitor enters a customer. What is checked and stored: ``customer.application``."""

    @http.route([PATH, f"{PATH}/<int:company_id>"], type="http", auth="public", methods=["GET"], website=True,
                sitemap=False, list_as_website_content=False)
    def show(self, company_id=None, lang=None, **kwargs):
        """Show the empty page; ``?lang=`` chooses the language, else the browser does."""
        company = self._get_company(company_id)
        if redirect := self._switch_language(lang):
            return redirect
        return self._render_page(company, {})

    @http.route([PATH, f"{PATH}/<int:company_id>"], type="http", auth="public", methods=["POST"], website=True,
                sitemap=False)
    def receive(self, company_id=None, **post):
        """Take an entry: thank for it, or show the page again with everything that was typed."""
        company = self._get_company(company_id)
        if (request.httprequest.content_length or 0) > MAX_BYTES:
            return request.make_response(request.env._("This entry is too long."), status=413)
        application = request.env["customer.application"]
        consent = company._get_archive_consent()
        address = request.httprequest.remote_addr
        outcome, values, errors = application._receive(company, post, address, consent)
        if outcome == STORED:
            return request.redirect(request.env["ir.http"]._url_for(f"{PATH}/{company.id}/thanks"))
        token = application._keep_token(post.get("token"), consent)
        return self._render_page(company, values, errors, token, status=429 if outcome == BUSY else 200)

    @http.route(f"{PATH}/<int:company_id>/thanks", type="http", auth="public", methods=["GET"], website=True,
                sitemap=False)
    def thank(self, company_id, **kwargs):
        """Thank for an entry, in the same words whatever became of it."""
        company = self._get_company(company_id)
        return request.render("customer_archive.customer_apply_thanks", self._prepare_layout_values(company))

    @http.route(f"{PATH}/provinces/<int:country_id>", type="http", auth="public", methods=["GET"], website=True,
                sitemap=False, readonly=True)
    def list_provinces(self, country_id, **kwargs):
        """Provinces of a country as pairs of id and name, for the list that depends on the country."""
        country = request.env["res.country"].browse(country_id).exists()
        provinces = request.env["customer.application"]._get_apply_provinces(country)
        return request.make_json_response([[province.id, province.name] for province in provinces])

    def _get_company(self, company_id):
        """The company whose page is asked for; a page that is not switched on does not exist.

        :raise NotFound: when the company has no public entry page
        """
        # sudo: visitors read no companies; name, logo, address and consent text of this one are public
        company = request.env["res.company"].sudo().browse(company_id or request.env.company.id).exists()
        if not company.archive_apply_enabled:
            raise request.not_found()
        return company

    def _switch_language(self, lang):
        """Redirect to the page in another language that is installed, if one is asked for."""
        code = request.env["ir.http"].get_nearest_lang((lang or "").replace("-", "_"))
        if not code:
            return None
        url = request.env["ir.http"]._url_for(request.httprequest.path, code)
        response = request.redirect(url)
        response.set_cookie("frontend_lang", code)
        return response

    def _render_page(self, company, values, errors=None, token=None, status=200):
        application = request.env["customer.application"]
        values = {name: values.get(name, "") for name in application._get_apply_fields()}
        values["country_id"] = values["country_id"] or str(company.country_id.id or "")
        consent = company._get_archive_consent()
        context = {
            **self._prepare_layout_values(company),
            "values": values,
            "errors": errors or {},
            "limits": application._get_apply_fields(),
            "choices": application._get_apply_choices(company, values),
            "trap": application._get_apply_trap(),
            "consent": consent,
            "token": token or application._make_token(consent),
        }
        response = request.render("customer_archive.customer_apply", context)
        response.status_code = status
        # A form of a stranger is nobody else's business, and its tokens are of today.
        response.headers["Cache-Control"] = "no-store"
        return response

    def _prepare_layout_values(self, company):
        return {"company": company, "res_company": company, "no_footer": False}
