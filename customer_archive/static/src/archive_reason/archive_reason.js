import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** A class of the customer in words, with the reason of it on hover and, on a phone, below. */
export class ArchiveReasonField extends Component {
    static template = "customer_archive.ArchiveReasonField";
    static props = {
        ...standardFieldProps,
        reasonField: { type: String },
    };

    get label() {
        const value = this.props.record.data[this.props.name];
        const { selection } = this.props.record.fields[this.props.name];
        return selection.find(([key]) => key === value)?.[1] || _t("Not determined");
    }

    get isSet() {
        return Boolean(this.props.record.data[this.props.name]);
    }

    get reason() {
        return this.props.record.data[this.props.reasonField] || "";
    }
}

registry.category("fields").add("archive_reason", {
    component: ArchiveReasonField,
    displayName: _t("Class with Its Reason"),
    supportedTypes: ["selection"],
    supportedOptions: [{ label: _t("Field with the reason"), name: "reason_field", type: "string" }],
    fieldDependencies: ({ options }) => [{ name: options.reason_field, type: "char" }],
    extractProps: ({ options }) => ({ reasonField: options.reason_field }),
});
