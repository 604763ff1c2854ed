import { registry } from "@web/core/registry";

import { fits } from "./customer_tour_helper";

// The names are those of tests/test_tour_case.py.
const CUSTOMER = "Tour Precision Machinery";
const CATEGORY = "Tour question";

function choose(field, name) {
    return [
        { trigger: `.o_field_widget[name=${field}] input`, run: `edit ${name}` },
        { trigger: `.o-autocomplete--dropdown-item:contains(${name}), .o_kanban_record:contains(${name})`, run: "click" },
    ];
}

registry.category("web_tour.tours").add("customer_case", {
    url: "/odoo/customer-cases",
    steps: () => [
        { content: "Enter a case", trigger: ".o-kanban-button-new", run: "click" },
        { trigger: ".o_field_widget[name=name] .o_input", run: "edit Sand holes on castings" },
        {
            content: "What helped before is offered while one types",
            trigger: ".o_customer_case_suggestions button:contains(How to treat sand holes)",
        },
        ...choose("partner_id", CUSTOMER),
        ...choose("category_id", CATEGORY),
        { trigger: ".o_form_button_save", run: "click" },
        { content: "The clock is running", trigger: "[name=clock]:contains(left for the first answer)" },
        fits(".o_form_view"),
        { trigger: "button[name=action_start]", run: "click" },
        { trigger: "button[name=action_resolve].btn-primary", run: "click" },
        { trigger: ".modal .o_field_widget[name=text] textarea", run: "edit Dry the sand" },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        { content: "It is solved in time", trigger: "body:not(:has(.modal)) button[name=action_close]", run: "click" },
        { trigger: ".o_form_view:not(:has(button[name=action_close]))" },
        fits(".o_form_view"),
    ],
});
