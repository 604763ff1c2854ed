import { registry } from "@web/core/registry";

import { fits } from "./customer_tour_helper";

// The names are those of tests/test_tour_case_portal.py.
const SUBJECT = "Housings leak";

/** A small photo in the field for files, as if it were chosen. */
function choosePhoto() {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 8;
    const content = Uint8Array.from(atob(canvas.toDataURL("image/png").split(",")[1]), (char) => char.charCodeAt(0));
    const chosen = new DataTransfer();
    chosen.items.add(new File([content], "leak.png", { type: "image/png" }));
    document.querySelector("input[name=files]").files = chosen.files;
}

registry.category("web_tour.tours").add("customer_case_complain", {
    url: "/my",
    steps: () => [
        { content: "Go to the cases", trigger: "a[href='/my/cases']", run: "click", expectUnloadPage: true },
        fits("body"),
        { trigger: "a[href='/my/cases/new']", run: "click", expectUnloadPage: true },
        { trigger: "#case_kind_complaint", run: "click" },
        { trigger: "#case_category", run: "selectByLabel Casting" },
        { trigger: "#case_description", run: "edit Two of them, since Monday" },
        fits("body"),
        { content: "Forget the subject", trigger: ".o_portal_case_form button[type=submit]", run: "click", expectUnloadPage: true },
        { content: "What was typed is kept", trigger: "#case_name_error" },
        { trigger: "#case_description:value(Two of them)" },
        { trigger: "#case_name", run: `edit ${SUBJECT}` },
        { trigger: "#case_files", run: choosePhoto },
        { trigger: ".o_portal_case_form button[type=submit]", run: "click", expectUnloadPage: true },
        { content: "It has arrived with its photo", trigger: ".alert-success:contains(CS)" },
        { trigger: "#files img[alt='leak.png']" },
        fits("body"),
    ],
});

registry.category("web_tour.tours").add("customer_case_solve", {
    url: "/odoo/customer-cases",
    steps: () => [
        { trigger: `.o_kanban_record:contains(${SUBJECT})`, run: "click" },
        { trigger: "button[name=action_start]", run: "click" },
        { content: "A complaint has a cause", trigger: ".o_notebook a[name=cause]", run: "click" },
        { trigger: ".o_field_widget[name=cause] .odoo-editor-editable", run: "editor Old seals" },
        { content: "and a measure", trigger: "[name=measure_ids] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: "[name=measure_ids] .o_selected_row [name=name] .o_input", run: "edit Replace the seals" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.o_form_dirty)) button[name=action_resolve]", run: "click" },
        { trigger: ".modal .o_field_widget[name=text] textarea", run: "edit Seals replaced" },
        { trigger: ".modal-footer button[name=action_confirm]", run: "click" },
        { trigger: "body:not(:has(.modal)) button[name=action_return_visit]" },
    ],
});

registry.category("web_tour.tours").add("customer_case_visit", {
    steps: () => [
        { trigger: "button[name=action_return_visit]", run: "click" },
        { trigger: ".modal .o_field_widget[name=text] textarea", run: "edit They say it is tight" },
        { trigger: ".modal-footer button[name=action_confirm]", run: "click" },
        { trigger: "body:not(:has(.modal)) button[name=action_close]", run: "click" },
        { trigger: ".o_form_view:not(:has(button[name=action_close]))" },
    ],
});

registry.category("web_tour.tours").add("customer_case_rate", {
    url: "/my/cases",
    steps: () => [
        { trigger: `.list-group-item:contains(${SUBJECT})`, run: "click", expectUnloadPage: true },
        { trigger: "dd:contains(Seals replaced)" },
        { trigger: "#rate input[name=grade][value='5']", run: "click" },
        { trigger: "#rate textarea", run: "edit Quick" },
        fits("body"),
        { trigger: "#rate button[type=submit]", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains(Thank you for your rating)" },
    ],
});
