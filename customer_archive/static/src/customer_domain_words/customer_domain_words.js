import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, useState } from "@odoo/owl";

// What the host reads where a date is relative, such as “today -30d”.
const UNREADABLE = luxon.DateTime.invalid("relative").toString();

/** A domain read out in words, for lists of rules. */
export class CustomerDomainWordsField extends Component {
    static template = "customer_archive.CustomerDomainWordsField";
    static props = {
        ...standardFieldProps,
        resModel: { type: String },
    };

    setup() {
        this.treeProcessor = useService("tree_processor");
        this.state = useState({ words: "" });
        useRecordObserver(async (record) => {
            this.state.words = await this.describe(record.data[this.props.name] || "[]");
        });
    }

    async describe(domain) {
        if (domain === "[]") {
            return _t("All customers");
        }
        try {
            const { resModel } = this.props;
            const tree = await this.treeProcessor.treeFromDomain(resModel, domain);
            const words = await this.treeProcessor.getDomainTreeDescription(resModel, tree);
            return words.includes(UNREADABLE) ? domain : words;
        } catch {
            // not readable as conditions: shown as it is
            return domain;
        }
    }
}

registry.category("fields").add("customer_domain_words", {
    component: CustomerDomainWordsField,
    displayName: _t("Domain in Words"),
    supportedTypes: ["char"],
    supportedOptions: [{ label: _t("Model"), name: "model", type: "string" }],
    extractProps: ({ options }) => ({ resModel: options.model }),
});
