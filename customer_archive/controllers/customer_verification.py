from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import request

from ..models.customer_verification_send import PATH

# More than the longest answer that a person can type into the page.
MAX_BYTES = 65536
# The address of the page is the key to it: no cache, no search engine and no other site gets to know it.
_QUIET = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


class CustomerVerificationPages(CustomerPortal):
    """The customer confirms its facts: by the link of a mail, or on the portal.

    Neither the visitor nor the portal has a right on archives: each page reads with superuser rights what its link or
    the person who is logged in stands for. Every link that opens nothing gets the same answer.
    """

    def _get_verifications(self):
        # sudo: see the class
        return request.env["customer.verification"].sudo()

    #=== BY THE LINK ===#

    @http.route(f"{PATH}/<string:token>", type="http", auth="public", methods=["GET"], website=True, sitemap=False,
                multilang=False, readonly=True, list_as_website_content=False)
    def verification_show(self, token, **_params):
        """Show what is asked, masked. Nothing is changed: programs that check mails follow links, too."""
        return self._render_verification_link(self._get_verifications()._find_by_token(token))

    @http.route(f"{PATH}/<string:token>", type="http", auth="public", methods=["POST"], website=True, sitemap=False,
                multilang=False)
    def verification_receive(self, token, **post):
        """Take the answer; the link is used up with it."""
        if (request.httprequest.content_length or 0) > MAX_BYTES:
            return request.make_response(request.env._("This answer is too long."), status=413)
        verification = self._get_verifications()._find_by_token(token)
        self._use_language_of(verification.contact_id)
        verification, errors = self._get_verifications()._receive_by_link(token, post)
        if verification and not errors:
            return self._keep_facts_quiet(request.redirect(f"{PATH}/done/thanks"))
        return self._render_verification_link(verification, post, errors)

    @http.route(f"{PATH}/done/thanks", type="http", auth="public", methods=["GET"], website=True, sitemap=False,
                multilang=False, readonly=True)
    def verification_thanks(self, **_params):
        """Thank for an answer."""
        return self._keep_facts_quiet(request.render("customer_archive.verification_thanks", {}))

    def _render_verification_link(self, verification, post=None, errors=None):
        if not verification:
            response = request.render("customer_archive.verification_gone", {})
            response.status_code = 404
            return self._keep_facts_quiet(response)
        self._use_language_of(verification.contact_id)
        verification = verification.with_env(request.env(su=True))
        partner, names = verification.partner_id, verification._get_open_names()
        company = partner.archive_company_id
        return self._keep_facts_quiet(request.render("customer_archive.verification_page", {
            **self._prepare_customer_facts(partner, names, True, post, errors),
            "company": company,
            "res_company": company,
            "person": verification.contact_id,
        }))

    def _use_language_of(self, person):
        """Show the page in the language of who was asked, if it is installed."""
        lang = person.lang or person.commercial_partner_id.lang
        if lang and lang in dict(request.env["res.lang"].get_installed()):
            request.update_context(lang=lang)

    def _keep_facts_quiet(self, response):
        response.headers.update(_QUIET)
        return response

    #=== ON THE PORTAL ===#

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "customer_fact_count" in counters:
            partner = self._get_facts_archive()
            values["customer_fact_count"] = len(partner._get_portal_facts()) if partner else 0
        return values

    def _get_facts_archive(self):
        return self._get_verifications()._get_portal_archive(request.env.user.partner_id)

    @http.route("/my/facts", type="http", auth="user", methods=["GET"], website=True)
    def portal_customer_facts(self, message=None, **_params):
        """The facts of the customer that the person belongs to."""
        return self._render_customer_facts(message=message)

    @http.route("/my/facts", type="http", auth="user", methods=["POST"], website=True)
    def portal_customer_facts_answer(self, **post):
        """Confirm or correct them."""
        if (request.httprequest.content_length or 0) > MAX_BYTES:
            return request.make_response(request.env._("This answer is too long."), status=413)
        partner = self._get_facts_archive()
        if not partner:
            return request.redirect("/my")
        person = request.env.user.partner_id
        if errors := self._get_verifications()._receive_from_portal(partner, person, post):
            return self._render_customer_facts(post, errors)
        return request.redirect("/my/facts?message=thanks")

    def _render_customer_facts(self, post=None, errors=None, message=None):
        partner = self._get_facts_archive()
        if not partner:
            return request.redirect("/my")
        values = {
            **self._prepare_portal_layout_values(),
            **self._prepare_customer_facts(partner, partner._get_portal_facts(), False, post, errors),
            "page_name": "customer_facts",
            "message": message,
        }
        return self._keep_facts_quiet(request.render("customer_archive.portal_facts", values))

    def _prepare_customer_facts(self, partner, names, covered, post, errors):
        """What the form is made of: what was asked, and what was typed before something was found wrong."""
        Verification = self._get_verifications()
        return {
            "partner": partner,
            "facts": Verification._prepare_page(partner, names, covered),
            "version": Verification._get_page_version(partner, names),
            "post": {key: str(value) for key, value in (post or {}).items()},
            "errors": errors or {},
        }
