import { registry } from "@web/core/registry";

import { fits } from "./customer_tour_helper";

// The names are those of tests/test_tour_interaction.py.
const CUSTOMER = "Tour Precision Machinery";

registry.category("web_tour.tours").add("customer_interaction_visit", {
    url: "/odoo/visits",
    steps: () => [
        { content: "Plan a visit", trigger: ".o-kanban-button-new", run: "click" },
        { trigger: ".o_field_widget[name=name] .o_input", run: "edit Annual visit" },
        { trigger: ".o_field_widget[name=partner_id] input", run: `edit ${CUSTOMER}` },
        { trigger: `.o-autocomplete--dropdown-item:contains(${CUSTOMER}), .o_kanban_record:contains(${CUSTOMER})`, run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_customer_visit_check button:contains(Check In)" },
        fits(".o_form_view"),
        { trigger: ".o_customer_visit_check button:contains(Check In)", run: "click" },
        { trigger: ".o_customer_visit_check button:contains(Check Out)", run: "click" },
        { content: "Both times stand there", trigger: ".o_customer_visit_check:not(:has(button)):contains(–)" },
        { content: "A report needs a word", trigger: "button[name=action_done]", run: "click" },
        { trigger: ".modal:contains(what came of the visit)" },
        { trigger: ".modal-footer button:first", run: "click" },
        { trigger: ".o_field_widget[name=outcome] .o_radio_item:contains(Went well) input", run: "click" },
        { trigger: ".o_field_widget[name=outcome_note] textarea", run: "edit They order 150 more" },
        fits(".o_form_view"),
        { trigger: "button[name=action_done]", run: "click" },
        { trigger: ".o_form_view:not(:has(button[name=action_done]))" },
    ],
});

registry.category("web_tour.tours").add("customer_interaction_place", {
    url: "/odoo/visits",
    steps: () => [
        {
            content: "The person lets the browser tell the place",
            trigger: `.o_kanban_record:contains("${CUSTOMER}")`,
            run(helpers) {
                const coords = { latitude: 31.2304, longitude: 121.4737 };
                navigator.geolocation.getCurrentPosition = (tell) => tell({ coords });
                return helpers.click();
            },
        },
        { trigger: ".o_customer_visit_check button:contains(Check In)", run: "click" },
        { trigger: ".o_customer_visit_check button:contains(Check Out)" },
    ],
});

registry.category("web_tour.tours").add("customer_interaction_log", {
    url: "/odoo/my-archives",
    steps: () => [
        { trigger: `.o_data_row:contains("${CUSTOMER}") .o_data_cell[name=name]`, run: "click" },
        { content: "First click", trigger: "button[name=action_log_interaction]", run: "click" },
        { trigger: ".modal .o_field_widget[name=name] input", run: "edit Asked for prices" },
        { content: "Second click", trigger: ".modal-footer .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal)) button[name=action_view_interactions]:contains(1)", run: "click" },
        { trigger: ".o_data_row:contains(Asked for prices)" },
    ],
});
