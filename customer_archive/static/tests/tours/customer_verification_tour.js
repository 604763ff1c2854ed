import { registry } from "@web/core/registry";

import { fits } from "./customer_tour_helper";

// The facts are those of tests/test_tour_verification.py; the page is opened by the link of the mail.
registry.category("web_tour.tours").add("customer_verification_answer", {
    steps: () => [
        { content: "What is asked is covered", trigger: ".o_customer_facts fieldset:contains(Nanjin****)" },
        fits(".o_customer_facts"),
        { trigger: "label[for=right_city]", run: "click" },
        { content: "Nothing to type where nothing has changed", trigger: "#value_phone:not(:visible)" },
        { trigger: "label[for=wrong_phone]", run: "click" },
        { trigger: "#value_phone:visible", run: "edit 12" },
        { trigger: ".o_customer_facts button:contains(Send answers)", run: "click", expectUnloadPage: true },
        { content: "What is wrong is said, what was typed is kept", trigger: ".text-danger:contains(cannot be dialled)" },
        fits(".o_customer_facts"),
        { trigger: "#right_city:checked" },
        { trigger: "#value_phone:visible", run: "edit 021-58308888" },
        { trigger: ".o_customer_facts button:contains(Send answers)", run: "click", expectUnloadPage: true },
        { trigger: "h1:contains(Thank you)" },
    ],
});

registry.category("web_tour.tours").add("customer_verification_all_right", {
    steps: () => [
        fits(".o_customer_facts"),
        { trigger: "button:contains(Everything is right)", run: "click", expectUnloadPage: true },
        { trigger: "h1:contains(Thank you)" },
    ],
});

registry.category("web_tour.tours").add("customer_verification_portal", {
    url: "/my",
    steps: () => [
        { trigger: ".o_portal_index_card a[href='/my/facts']", run: "click", expectUnloadPage: true },
        { content: "Whoever is logged in sees the facts", trigger: ".o_customer_facts fieldset:contains(Nanjing Road 100)" },
        fits(".o_customer_facts"),
        { trigger: "label[for=wrong_street]", run: "click" },
        { trigger: "#value_street:visible", run: "edit Nanjing Road 200" },
        { trigger: ".o_customer_facts button:contains(Send answers)", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains(your answer has arrived)" },
    ],
});

registry.category("web_tour.tours").add("customer_verification_ask", {
    url: "/odoo/my-archives",
    steps: () => [
        { trigger: ".o_data_row:contains(Tour Precision Machinery) .o_data_cell[name=name]", run: "click" },
        { trigger: ".nav-link:contains(Confirmed Facts)", run: "click" },
        { content: "Who confirmed what", trigger: ".o_field_widget[name=customer_fact_ids] .o_data_row:contains(Employee)" },
        { trigger: "button[name=action_ask_confirmation]", run: "click" },
        { trigger: ".o_form_view button[name=action_send]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Waiting for an Answer)" },
    ],
});
