import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";

const DELAY = 400;

/** Solutions and solved cases that are like the one being entered, offered while somebody types its subject. */
export class CustomerCaseSuggestions extends Component {
    static template = "customer_archive.CustomerCaseSuggestions";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.state = useState({ found: [] });
        // only the answer to the last question counts
        this.question = 0;
        this.ask = useDebounced((text) => this.find(text), DELAY);
        const onInput = (event) => {
            if (event.target.closest("[name='name']")) {
                this.ask(event.target.value);
            }
        };
        let form;
        onMounted(() => {
            form = this.root.el.closest(".o_form_view");
            form?.addEventListener("input", onInput);
        });
        onWillUnmount(() => form?.removeEventListener("input", onInput));
        useEffect(
            () => {
                this.find(this.data.name);
            },
            () => [this.data.name, this.data.category_id?.id, this.isOpen]
        );
    }

    get data() {
        return this.props.record.data;
    }

    get isOpen() {
        return ["new", "progress", "waiting"].includes(this.data.state);
    }

    label({ model }) {
        return model === "customer.case.solution" ? _t("Solution") : _t("Solved case");
    }

    async find(text) {
        const question = ++this.question;
        let found = [];
        if (text && this.isOpen) {
            const category = this.data.category_id?.id || false;
            const ids = [text, category, this.props.record.resId || false];
            found = await this.orm.silent.call("customer.case", "find_similar", ids);
        }
        if (question === this.question) {
            this.state.found = found;
        }
    }

    open({ model, id }) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
            target: "new",
        });
    }
}

registry.category("view_widgets").add("customer_case_suggestions", {
    component: CustomerCaseSuggestions,
    fieldDependencies: [
        { name: "name", type: "char" },
        { name: "category_id", type: "many2one" },
        { name: "state", type: "selection" },
    ],
});
