import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useComponent } from "@odoo/owl";

const HIGHLIGHT = "o_archive_fact_highlight";
const HIGHLIGHT_MS = 2000;
const RENDER_MS = 2000;

/** Facts that a form shows through a field of another name. */
const SHOWN_BY = {
    archive_contact_ids: "child_ids",
    is_company: "company_type",
};

/**
 * Splits the name of a fact into the field of the form and, for a custom fact, the key of the property.
 *
 * @param {string} fact "vat", "archive_contact_ids" or "archive_properties.<key>"
 * @returns {[string, string|undefined]}
 */
export function splitFact(fact) {
    const [field, key] = fact.split(".");
    return [SHOWN_BY[field] || field, key];
}

/**
 * Name of the notebook page of a form that holds a field.
 *
 * @param {Element} arch architecture of the form
 * @param {string} field
 * @returns {string|null} null when the field stands outside of the notebook, or nowhere
 */
export function findPage(arch, field) {
    const nodes = [...arch.querySelectorAll(`field[name="${field}"]`)];
    const own = nodes.find((node) => !node.parentElement.closest("field"));
    return own?.closest("page")?.getAttribute("name") || null;
}

/**
 * Waits until the page shows something.
 *
 * @param {() => Element|undefined|null} find
 * @returns {Promise<Element|undefined|null>} empty when it does not come within two seconds
 */
export async function waitFor(find) {
    const end = Date.now() + RENDER_MS;
    let found = find();
    while (!found && Date.now() < end) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        found = find();
    }
    return found;
}

function isShown(element) {
    return element.getClientRects().length > 0;
}

function selectFact(field, key) {
    return key
        ? `.o_field_widget[name="${field}"] [property-name="${key}"]`
        : `.o_field_widget[name="${field}"]`;
}

function reveal(element) {
    element.scrollIntoView({ block: "center", behavior: "smooth" });
    element.querySelector("input, textarea, [contenteditable='true']")?.focus({ preventScroll: true });
    element.classList.add(HIGHLIGHT);
    setTimeout(() => element.classList.remove(HIGHLIGHT), HIGHLIGHT_MS);
}

/**
 * Hook for widgets on a form: returns a function that leads to a fact. It opens the notebook page, scrolls to the field,
 * focuses it and marks it for a moment; a fact of a contact leads to the card of that contact.
 *
 * @returns {(fact: string, contactId?: number) => Promise<boolean>} resolves to whether the fact is on the form
 */
export function useFactJump() {
    const component = useComponent();
    const notification = useService("notification");
    const { env } = component;

    function getForm() {
        const forms = [...document.querySelectorAll(".o_form_renderer")].filter(isShown);
        return forms.at(-1);
    }

    async function find(form, field, selector) {
        const page = findPage(env.config.viewArch, field);
        if (page) {
            form.querySelector(`.o_notebook_headers a.nav-link[name="${page}"]`)?.click();
        }
        return waitFor(() => [...form.querySelectorAll(selector)].find(isShown));
    }

    return async function jump(fact, contactId) {
        const { record } = component.props;
        let [field, key] = splitFact(fact);
        let selector = selectFact(field, key);
        if (contactId && contactId !== record.resId) {
            field = "child_ids";
            const card = record.data[field]?.records.find((contact) => contact.resId === contactId);
            selector = card ? `.o_kanban_record[data-id="${card.id}"]` : selectFact(field);
        }
        const form = getForm();
        const element = form && (await find(form, field, selector));
        if (element) {
            reveal(element);
        } else {
            notification.add(_t("This fact is not on the page."), { type: "warning" });
        }
        return Boolean(element);
    };
}
