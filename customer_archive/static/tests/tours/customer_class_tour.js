import { registry } from "@web/core/registry";

// The names are those of tests/test_tour_class.py. No step reads a word of the interface: each runs in every language.
const RULES = "Tour levels";
const CUSTOMER = "Tour Precision Machinery";
const BEST = "Tour A";
const REST = "Tour C";

/** Choose the n-th entry of a selection. */
const choose = (field, place) => [
    { trigger: `${field} .o_select_menu_toggler`, run: "click" },
    { trigger: `.o_select_menu_menu .o_select_menu_item:eq(${place})`, run: "click" },
];

/** Change the points of the n-th band: an ordered class starts with a band for each of its values. */
const setPoints = (place, points) => [
    {
        trigger: `.modal .o_field_widget[name=band_ids] .o_data_row:eq(${place}) .o_data_cell[name=points]`,
        run: "click",
    },
    { trigger: ".modal .o_selected_row .o_field_widget[name=points] input", run: `edit ${points}` },
];

/** Add a level and the score from which on it is reached. */
const addBorder = (level, lower) => [
    { trigger: ".o_field_widget[name=threshold_ids] .o_field_x2many_list_row_add a", run: "click" },
    { trigger: ".o_selected_row .o_field_widget[name=level_id] input", run: `edit ${level}` },
    { trigger: `.o-autocomplete--dropdown-item > a:contains(${level})`, run: "click" },
    { trigger: ".o_selected_row .o_field_widget[name=lower] input", run: `edit ${lower}` },
    // leave the line before the next one is added: the server is still busy with this one
    { trigger: ".nav-link[name=levels]", run: "click" },
    { trigger: `.o_field_widget[name=threshold_ids] .o_data_row:not(.o_selected_row):contains(${level})` },
];

registry.category("web_tour.tours").add("customer_class_define", {
    url: "/odoo/class-rules",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=name] input", run: `edit ${RULES}` },
        { trigger: ".o_field_widget[name=criterion_ids] .o_field_x2many_list_row_add a", run: "click" },
        ...choose(".modal .o_field_widget[name=metric]", 3),
        // the host empties a selection that loses the focus before the server has answered
        { trigger: ".modal .o_field_widget[name=band_ids] .o_data_row:eq(2)" },
        { trigger: ".modal .o_field_widget[name=weight] input", run: "edit 90" },
        ...setPoints(0, 20),
        ...setPoints(2, 90),
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".nav-link[name=levels]", run: "click" },
        ...addBorder(BEST, 80),
        ...addBorder(REST, 0),
        { content: "The weights are not whole", trigger: "button[name=action_try_out]", run: "click" },
        { trigger: ".modal .modal-body:contains(90)" },
        { trigger: ".modal .modal-footer button:first", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { content: "The strip says what is to be put right", trigger: ".alert:contains(90)" },
        { trigger: ".nav-link[name=criteria]", run: "click" },
        { trigger: ".o_field_widget[name=criterion_ids] .o_data_row .o_data_cell[name=metric]", run: "click" },
        { trigger: ".modal .o_field_widget[name=weight] input", run: "edit 100" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: "body:not(:has(.alert:contains(90)))" },
        { trigger: "button[name=action_try_out]", run: "click" },
        { content: "The matrix shows who would move", trigger: `.o_customer_matrix th:contains(${BEST})` },
        { trigger: ".o_customer_matrix_cell:first", run: "click" },
        { content: "and each cell leads to its customers", trigger: `.o_list_view .o_data_row:contains(${CUSTOMER})` },
        { trigger: ".o_back_button", run: "click" },
        { trigger: ".o_customer_matrix tbody tr:last .o_customer_matrix_total", run: "click" },
        { content: "so does the total of a class", trigger: `.o_list_view .o_data_row:contains(${CUSTOMER})` },
        { trigger: ".o_back_button", run: "click" },
        { trigger: ".o_customer_matrix tfoot .o_customer_matrix_total:last", run: "click" },
        { content: "and the one of all", trigger: `.o_list_view .o_data_row:contains(${CUSTOMER})` },
        { trigger: ".o_back_button", run: "click" },
        { trigger: ".o_customer_matrix" },
        { trigger: "button[name=action_publish]", run: "click" },
        { trigger: ".modal .modal-footer .btn-primary", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current[data-value=published]" },
    ],
});

registry.category("web_tour.tours").add("customer_class_read", {
    url: "/odoo/my-archives",
    steps: () => [
        {
            content: "The list shows the level",
            trigger: `.o_data_row:contains(${CUSTOMER}) .o_data_cell[name=customer_level_id]:contains(${BEST})`,
        },
        { trigger: `.o_data_row:contains(${CUSTOMER}) .o_data_cell[name=name]`, run: "click" },
        { trigger: ".o_archive_tags input", run: "edit Usual" },
        {
            content: "What is offered says its taxonomy",
            trigger: ".o-autocomplete--dropdown-item > a:contains(Care: Usual)",
            run: "click",
        },
        {
            content: "and what is chosen stays short",
            trigger: ".o_archive_tags .o_tag:contains(Usual):not(:contains(Care))",
        },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))" },
        { trigger: ".nav-link[name=classes]", run: "click" },
        {
            content: "The level, the rules and what counted for it",
            trigger: `.o_customer_classes [data-section=level]:contains(${BEST}):contains(${RULES})`,
        },
        { trigger: ".o_customer_criteria tr[data-metric=potential]:contains(90)" },
        { trigger: ".o_customer_ladder_present" },
    ],
});
