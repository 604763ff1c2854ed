import { registry } from "@web/core/registry";

import { fits } from "./customer_tour_helper";

// The names are those of tests/test_tour_timeline.py.
const CUSTOMER = "Tour Precision Machinery";
const ENTRY = ".o_customer_timeline_entry";

/** Whether the timeline holds so many entries. */
const holds = (count) => ({
    content: `${count} entries stand there`,
    trigger: `.o_customer_timeline:not([aria-busy=true]):has(${ENTRY})`,
    async run() {
        for (let turn = 0; turn < 50; turn++) {
            if (document.querySelectorAll(ENTRY).length === count) {
                return;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error(`${document.querySelectorAll(ENTRY).length} entries instead of ${count}`);
    },
});

const kind = (key, pressed = false) => `.o_customer_timeline_kind[data-kind=${key}][aria-pressed=${pressed}]`;

/** @param {number} first how many entries come at first */
const work = (first) => [
    { content: "The timeline is the first page", trigger: ".o_notebook .nav-link.active[name=timeline]" },
    holds(first),
    fits(".o_customer_timeline"),
    { content: "Load more", trigger: ".o_customer_timeline_more", run: "click" },
    holds(Math.min(first + 40, 54)),
    { content: "Each day has its heading", trigger: ".o_customer_timeline_day h4:contains(Yesterday)" },
    { content: "Only contracts", trigger: kind("contract"), run: "click" },
    { trigger: kind("contract", true) },
    holds(1),
    { trigger: `${ENTRY}:contains("Frame contract"):contains("120,000.00"):contains("Draft")` },
    { content: "And mails", trigger: kind("mail"), run: "click" },
    holds(3),
    { content: "No more contracts", trigger: kind("contract", true), run: "click" },
    holds(2),
    {
        content: "HTML is text",
        trigger: `${ENTRY}:contains("sharp")`,
        run() {
            if (this.anchor.querySelector(".o_customer_timeline_title").textContent !== "<i>sharp</i> prices") {
                throw new Error(`Shown as HTML: ${this.anchor.innerHTML}`);
            }
        },
    },
    { content: "Everything again", trigger: kind("mail", true), run: "click" },
    { trigger: kind("mail") },
    { content: "Search", trigger: ".o_customer_timeline input[type=search]", run: "edit castings" },
    holds(2),
    fits(".o_customer_timeline"),
    { content: "Search in vain", trigger: ".o_customer_timeline input[type=search]", run: "edit nothing like it" },
    { trigger: ".o_customer_timeline_empty button:contains(Show Everything)", run: "click" },
    holds(first),
    { content: "Period and people", trigger: ".o_customer_timeline_narrow", run: "click" },
    { trigger: "#o_customer_timeline_to", run: "edit 01/31/2026 && press Enter" },
    holds(1),
    fits(".o_customer_timeline"),
    { content: "Open the contract", trigger: `${ENTRY}:contains("Frame contract")`, run: "click" },
];

const back = [
    { content: "The same place, with what was asked for", trigger: `${ENTRY}:contains("Frame contract")` },
    { trigger: "#o_customer_timeline_to:value(01/31/2026)" },
    holds(1),
];

registry.category("web_tour.tours").add("customer_timeline", {
    url: "/odoo/my-archives",
    steps: () => [
        { trigger: `.o_data_row:contains("${CUSTOMER}") .o_data_cell[name=name]`, run: "click" },
        ...work(40),
        { trigger: ".o_form_view .o_field_widget[name=number]" },
        { trigger: `.breadcrumb-item:contains("${CUSTOMER}") a, .o_back_button a:contains("${CUSTOMER}")`, run: "click" },
        ...back,
        { content: "Work of a colleague", trigger: "#o_customer_timeline_to", run: "edit  && press Enter" },
        { trigger: ".o_customer_timeline_colleague input", run: "edit archive_leader" },
        { trigger: ".o-autocomplete--dropdown-item:contains(archive_leader)", run: "click" },
        holds(1),
        { trigger: `${ENTRY}:contains("The leader was there")` },
    ],
});

registry.category("web_tour.tours").add("customer_timeline_phone", {
    url: "/odoo/my-archives",
    steps: () => [
        { trigger: `.o_kanban_record:contains("${CUSTOMER}")`, run: "click" },
        {
            content: "The timeline stands above the facts",
            trigger: ".o_customer_timeline",
            run() {
                const top = (selector) => document.querySelector(selector).getBoundingClientRect().top;
                if (top(".o_customer_timeline") > top(".o_field_widget[name=vat]")) {
                    throw new Error("The facts come first");
                }
            },
        },
        ...work(10),
        { trigger: ".o_form_view .o_field_widget[name=number]" },
        { trigger: ".o_back_button", run: "click" },
        ...back,
    ],
});

registry.category("web_tour.tours").add("customer_timeline_contact", {
    steps: () => [
        { trigger: "button[name=action_view_timeline]", run: "click" },
        { trigger: `.o_customer_timeline_page ${ENTRY}:contains("With Gu alone")` },
        holds(1),
        { trigger: ".o_breadcrumb:contains(Timeline of)" },
        { trigger: `${ENTRY}:contains("With Gu alone")`, run: "click" },
        { trigger: ".o_field_widget[name=outcome]" },
    ],
});
