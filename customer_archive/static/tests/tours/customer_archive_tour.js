import { registry } from "@web/core/registry";

import { fits } from "./customer_tour_helper";

// The names are those of tests/test_tour_archive.py.
const CUSTOMER = "Tour Precision Machinery";
const WRONG_CODE = "91370102M60267738C";
const RIGHT_CODE = "91370102M60267738B";

const openRow = {
    content: "Open the archive from the list",
    trigger: `.o_data_row:contains("${CUSTOMER}") .o_data_cell[name=name]`,
    run: "click",
};

registry.category("web_tour.tours").add("customer_archive_enter", {
    url: "/odoo/my-archives",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] .o_input", run: `edit ${CUSTOMER}` },
        { trigger: ".o_field_widget[name=vat] input", run: `edit ${WRONG_CODE}` },
        { trigger: ".o_field_widget[name=city] input", run: "edit 上海市" },
        { trigger: ".o_field_widget[name=state_id] input", run: "edit 上海" },
        { trigger: ".o-autocomplete--dropdown-item > a:contains(上海市)", run: "click" },
        { trigger: ".o_field_widget[name=phone] input", run: "edit 021-50592061" },
        {
            content: "The ring counts the facts entered",
            trigger: ".o_archive_completeness:contains(missing)",
        },
        { trigger: "button[name=action_archive_submit]", run: "click" },
        {
            content: "A wrong tax code is refused, with the mend",
            trigger: ".modal:contains(does not fit the others)",
        },
        { trigger: ".modal-footer button:first", run: "click" },
        {
            content: "The strip says the same and leads to the field",
            trigger: ".o_archive_finding[data-code=vat_check_digit] button",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=vat].o_archive_fact_highlight input",
            run: `edit ${RIGHT_CODE}`,
        },
        { trigger: ".o_field_widget[name=email] input", run: "edit buy@tour.example.com" },
        { content: "The code passed", trigger: ".o_archive_vat .fa-check-circle" },
        { trigger: "button[name=action_archive_submit]", run: "click" },
        { trigger: ".alert:contains(waits for the first check)" },
        { trigger: "body:not(:has(.o_archive_finding))" },
    ],
});

registry.category("web_tour.tours").add("customer_archive_missing", {
    url: "/odoo/my-archives",
    steps: () => [
        openRow,
        { trigger: ".o_archive_completeness", run: "click" },
        { trigger: ".o_archive_missing .dropdown-item:contains(Business Scope)", run: "click" },
        {
            content: "The ring leads to a fact on another page of the notebook",
            trigger: ".o_notebook_headers .nav-link.active[name=business]",
        },
        { trigger: ".o_field_widget[name=customer_scope].o_archive_fact_highlight" },
    ],
});

registry.category("web_tour.tours").add("customer_archive_check", {
    url: "/odoo/archives-to-check",
    steps: () => [
        openRow,
        { trigger: "button[name=action_archive_check]", run: "click" },
        { trigger: ".alert:contains(waits for the approval of another person)" },
    ],
});

registry.category("web_tour.tours").add("customer_archive_approve", {
    url: "/odoo/archives-to-approve",
    steps: () => [
        openRow,
        { trigger: "button[name=action_archive_approve]", run: "click" },
        { content: "The archive has its number", trigger: ".o_field_widget[name=archive_number]:contains(TOUR-)" },
        { trigger: ".o_arrow_button_current:contains(Formal)" },
    ],
});

registry.category("web_tour.tours").add("customer_archive_propose", {
    url: "/odoo/my-archives",
    steps: () => [
        openRow,
        {
            content: "Facts of a formal archive are read-only",
            trigger: ".o_field_widget[name=phone].o_readonly_modifier",
        },
        { trigger: "button[name=action_archive_propose]", run: "click" },
        { content: "Nothing changed is nothing proposed", trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_notification:contains(Nothing was changed)" },
        { trigger: ".o_notification_close", run: "click" },
        { trigger: ".modal .o_field_widget[name=phone] input", run: "edit 021-58308888" },
        { trigger: ".modal .o_field_widget[name=city] input", run: "edit 上海市区" },
        { trigger: ".modal .o_field_widget[name=archive_change_reason] input", run: "edit Phoned them" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_notification:contains(Proposal submitted)" },
        { trigger: "body:not(:has(.modal)) .o_field_widget[name=phone]:contains(021-50592061)" },
        { trigger: "button[name=action_view_archive_changes]:contains(1)" },
    ],
});

registry.category("web_tour.tours").add("customer_archive_decide", {
    url: "/odoo/archive-changes",
    steps: () => [
        { trigger: `.o_data_row:contains("${CUSTOMER}") .o_data_cell[name=partner_id]`, run: "click" },
        { trigger: ".o_field_widget[name=reason]:contains(Phoned them)" },
        { trigger: ".o_data_row:contains(58308888) button[name=action_approve]", run: "click" },
        { trigger: ".o_data_row:contains(58308888) .badge:contains(Approved)" },
        { trigger: ".o_data_row:contains(上海市区) button[name=action_reject]", run: "click" },
        { trigger: ".o_data_row:contains(上海市区) .badge:contains(Rejected)" },
        { trigger: ".o_arrow_button_current:contains(Decided)" },
    ],
});

registry.category("web_tour.tours").add("customer_archive_phone", {
    url: "/odoo/my-archives",
    steps: () => [
        { trigger: `.o_kanban_record:contains("${CUSTOMER}")`, run: "click" },
        { trigger: '.o_archive_quick_actions a[href="tel:02150592061"]' },
        fits(".o_customer_archive_form"),
        { trigger: ".o_archive_quick_actions button:contains(Note)", run: "click" },
        { trigger: ".o-mail-Composer-input", run: "edit Met the buyer at the gate" },
        { trigger: ".o-mail-Composer-send:enabled", run: "click" },
        { trigger: ".o-mail-Message:contains(Met the buyer at the gate)" },
    ],
});
