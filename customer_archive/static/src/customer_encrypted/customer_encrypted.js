import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** What the server shows instead of a value: stars, or a sign that it cannot be read. */
const MASKED = /\*{4}|^\*+$|^⚠/;

/**
 * An encrypted value: shown masked, replaced by typing the new one, and uncovered by a button for those with the right,
 * who are asked for their password. What is typed is sent to the server and never comes back.
 */
export class CustomerEncryptedField extends Component {
    static template = "customer_archive.CustomerEncryptedField";
    static props = { ...standardFieldProps, placeholder: { type: String, optional: true } };

    setup() {
        this.action = useService("action");
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get isMasked() {
        return MASKED.test(this.value);
    }

    /** What stands in the table, as far as it may be seen; typing hides it, emptying the input brings it back. */
    get shown() {
        if (this.isMasked) {
            this.stored = this.value;
        }
        return this.stored || "";
    }

    get placeholder() {
        return this.shown || this.props.placeholder || "";
    }

    get hint() {
        return this.shown ? _t("Type the whole value to replace it") : "";
    }

    get canReveal() {
        const { record, name } = this.props;
        return Boolean(record.resId && this.isMasked && record.fields[name].can_reveal);
    }

    onChange(event) {
        const typed = event.target.value.trim();
        return this.props.record.update({ [this.props.name]: typed || this.shown || false });
    }

    onErase() {
        this.stored = "";
        return this.props.record.update({ [this.props.name]: false });
    }

    async onReveal() {
        const { record, name } = this.props;
        await this.action.doActionButton({
            type: "object",
            name: "action_reveal_encrypted",
            args: JSON.stringify([name]),
            resModel: record.resModel,
            resId: record.resId,
            // in the person's language and companies, also after the password was asked for
            context: user.context,
        });
    }
}

registry.category("fields").add("customer_encrypted", {
    component: CustomerEncryptedField,
    displayName: _t("Encrypted Value"),
    supportedTypes: ["char"],
    extractProps: ({ placeholder }) => ({ placeholder }),
});
