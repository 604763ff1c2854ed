from odoo import http
from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.mail.tools.discuss import add_guest_to_context
from odoo.addons.portal.controllers.portal import CustomerPortal, pager
from odoo.http import request

from ..const import CASE_KINDS
from ..tools import upload

# The number of a record; a larger one is of none.
_HIGHEST = 2**31 - 1


def _read_files(files, limits):
    """The files of a form, of each no more than one byte above what is taken; fields without a file are left out."""
    named = [file for file in files if file.filename]
    return [upload.take(file.filename, file.stream.read(limits.size + 1)) for file in named[: limits.number + 1]]


class CustomerCasePortal(CustomerPortal):
    """Cases on the customer's portal: to open, to follow and to answer.

    The portal has no right on the model. What may be seen: ``customer.case``'s ``_find_for_portal``; what is taken:
    ``customer.case.entry``.
    """

    def _get_case_domain(self):
        return request.env["customer.case"]._get_portal_domain(request.env.user.partner_id)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "customer_case_count" in counters:
            # sudo: the domain allows the cases of their own organization
            values["customer_case_count"] = request.env["customer.case"].sudo().search_count(self._get_case_domain())
        return values

    @http.route(["/my/cases", "/my/cases/page/<int:page>"], type="http", auth="user", website=True)
    def portal_cases(self, page=1, **_params):
        """The cases of the customer that the person belongs to, the newest first."""
        # sudo: the domain allows the cases of their own organization
        Case, domain = request.env["customer.case"].sudo(), self._get_case_domain()
        pages = pager("/my/cases", Case.search_count(domain), page, self._items_per_page)
        cases = Case.search(domain, order="id desc", limit=self._items_per_page, offset=pages["offset"])
        values = {"cases": cases, "page_name": "customer_case", "pager": pages}
        return request.render("customer_archive.portal_cases", {**self._prepare_portal_layout_values(), **values})

    #=== OPENING ===#

    @http.route("/my/cases/new", type="http", auth="user", methods=["GET"], website=True)
    def portal_case_new(self, **_params):
        """The empty form."""
        return self._render_form({}, {})

    @http.route("/my/cases/new", type="http", auth="user", methods=["POST"], website=True)
    def portal_case_open(self, **post):
        """Take a case: show it, or the form again with everything that was typed."""
        entry = request.env["customer.case.entry"]
        files = _read_files(request.httprequest.files.getlist("files"), entry._get_file_limits())
        person = request.env.user.partner_id
        case, values, errors = entry._receive(person, post, files, request.httprequest.remote_addr)
        if case:
            return request.redirect(f"/my/cases/{case.id}?message=opened")
        if files and "files" not in errors:
            errors["files"] = request.env._("Choose the files again, please: a browser does not keep them.")
        return self._render_form(values, errors)

    def _render_form(self, values, errors):
        entry, person = request.env["customer.case.entry"], request.env.user.partner_id
        categories = entry._get_entry_categories(entry._get_entry_company(person))
        limits = entry._get_entry_fields()
        context = {
            **self._prepare_portal_layout_values(),
            "page_name": "customer_case",
            "is_new": True,
            "values": {name: values.get(name, "") for name in limits},
            "errors": errors,
            "limits": limits,
            "file_limits": entry._get_file_limits(),
            "kinds": request.env["customer.case"]._fields["kind"]._description_selection(request.env),
            "categories": [(str(category.id), category.display_name) for category in categories],
            "documents": list(entry._get_document_choices(person).items()),
        }
        context["values"]["kind"] = context["values"]["kind"] or CASE_KINDS[0][0]
        response = request.render("customer_archive.portal_case_form", context)
        response.headers["Cache-Control"] = "no-store"
        return response

    #=== FOLLOWING ===#

    def _find_case(self, case_id, access_token):
        """The case that the person, or the link, may see.

        :raise NotFound: where there is none, whatever the reason
        """
        case = request.env["customer.case"]._find_for_portal(min(case_id, _HIGHEST), access_token)
        if not case:
            raise request.not_found()
        return case

    @http.route("/my/cases/<int:case_id>", type="http", auth="public", methods=["GET"], website=True)
    def portal_case(self, case_id, access_token=None, message=None, **params):
        """One case: where it stands, what was said, and the place to answer."""
        signed = {name: params[name] for name in ("pid", "hash") if name in params}
        return self._render_case(self._find_case(case_id, access_token), access_token, message=message, **signed)

    @http.route("/my/cases/<int:case_id>/files", type="http", auth="public", methods=["POST"], website=True)
    def portal_case_files(self, case_id, access_token=None, **_post):
        """Take photos and papers for a case."""
        case, entry = self._find_case(case_id, access_token), request.env["customer.case.entry"]
        files = _read_files(request.httprequest.files.getlist("files"), entry._get_file_limits())
        author = self._get_author(case)
        if refusal := entry._receive_files(case, author, files, request.httprequest.remote_addr):
            return self._render_case(case, access_token, file_error=refusal)
        token = f"&access_token={access_token}" if access_token else ""
        return request.redirect(f"/my/cases/{case.id}?message=sent{token}")

    @http.route("/my/cases/<int:case_id>/rate", type="http", auth="public", methods=["POST"], website=True)
    def portal_case_rate(self, case_id, access_token=None, grade="", feedback="", **_post):
        """Take what the customer thinks of the solution."""
        case, entry = self._find_case(case_id, access_token), request.env["customer.case.entry"]
        author = self._get_author(case)
        refusal = entry._is_over_limit("post", author, request.httprequest.remote_addr) and entry._get_busy_message()
        if refusal := refusal or case._rate(grade, feedback, author):
            return self._render_case(case, access_token, rate_error=refusal, feedback=feedback)
        token = f"&access_token={access_token}" if access_token else ""
        return request.redirect(f"/my/cases/{case.id}?message=rated{token}")

    def _get_author(self, case):
        user = request.env.user
        return case._get_portal_person(None if user._is_public() else user.partner_id)

    def _render_case(self, case, access_token, *, message=None, file_error=None, rate_error=None, feedback=None,
                     **signed):
        values = {
            "case": case,
            "page_name": "customer_case",
            "message": message,
            "file_error": file_error,
            "rate_error": rate_error,
            "feedback": feedback or case.rating_ids[:1].feedback or "",
            "can_rate": case._can_be_rated(),
            "file_limits": request.env["customer.case.entry"]._get_file_limits(),
            # the messages of the page ask for the token, whoever is logged in
            "token": access_token or case._portal_ensure_token(),
        }
        values = self._get_page_view_values(case, access_token, values, "my_customer_cases_history", False, **signed)
        response = request.render("customer_archive.portal_case", values)
        response.headers["Cache-Control"] = "no-store"
        return response


class CustomerCaseAttachment(AttachmentController):
    """Files that customers attach to their messages on the page of a case are checked as those of the form."""

    @http.route()
    @add_guest_to_context
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        """Refuse what is not taken, with a sentence that the page shows."""
        if thread_model == "customer.case" and not request.env.user._is_internal():
            case = self._get_thread_with_access_for_post(thread_model, thread_id, **kwargs)
            if not case:
                raise request.not_found()
            entry = request.env["customer.case.entry"]
            files = _read_files([ufile], entry._get_file_limits())
            ufile.stream.seek(0)
            if refusal := entry._get_upload_refusal(case, files, request.httprequest.remote_addr):
                return request.make_json_response({"error": refusal})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending=is_pending, **kwargs)
