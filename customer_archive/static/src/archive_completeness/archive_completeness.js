import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { usePopover } from "@web/core/popover/popover_hook";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useFactJump } from "../fact_jump/fact_jump";

import { Component } from "@odoo/owl";

const RADIUS = 16;
const CIRCUMFERENCE = 2 * Math.PI * RADIUS;

/** What is missing on an archive; each entry leads to its field. */
export class ArchiveMissingPopover extends Component {
    static template = "customer_archive.ArchiveMissingPopover";
    static props = {
        facts: Array,
        jump: Function,
        close: { type: Function, optional: true },
    };

    get required() {
        return this.props.facts.filter((fact) => fact.requirement === "required");
    }

    get recommended() {
        return this.props.facts.filter((fact) => fact.requirement !== "required");
    }

    onClick(fact) {
        this.props.close?.();
        this.props.jump(fact.name);
    }
}

/** Ring with the completeness in percent, for lists and cards. */
export class ArchiveCompletenessField extends Component {
    static template = "customer_archive.ArchiveCompletenessField";
    static props = { ...standardFieldProps };

    radius = RADIUS;
    isButton = false;

    get percent() {
        return Math.min(100, Math.max(0, this.props.record.data[this.props.name] || 0));
    }

    get dash() {
        return `${(CIRCUMFERENCE * this.percent) / 100} ${CIRCUMFERENCE}`;
    }

    get color() {
        return this.percent === 100 ? "success" : "warning";
    }

    get label() {
        return _t("Completeness: %s percent", this.percent);
    }
}

/** The ring on the form: opens the list of what is missing. */
export class ArchiveCompletenessFormField extends ArchiveCompletenessField {
    setup() {
        super.setup();
        this.isButton = true;
        this.jump = useFactJump();
        this.popover = usePopover(ArchiveMissingPopover, { position: "bottom-end" });
    }

    get missing() {
        return this.props.record.data.archive_missing || [];
    }

    get missingText() {
        return this.missing.length ? _t("%s missing", this.missing.length) : _t("Complete");
    }

    get color() {
        return this.missing.some((fact) => fact.requirement === "required") ? "danger" : super.color;
    }

    onClick(ev) {
        if (this.popover.isOpen) {
            this.popover.close();
        } else {
            this.popover.open(ev.currentTarget, { facts: this.missing, jump: this.jump });
        }
    }
}

export const archiveCompletenessField = {
    component: ArchiveCompletenessField,
    displayName: _t("Archive Completeness"),
    supportedTypes: ["integer"],
    listViewWidth: 90,
};

registry.category("fields").add("archive_completeness", archiveCompletenessField);
registry.category("fields").add("form.archive_completeness", {
    ...archiveCompletenessField,
    component: ArchiveCompletenessFormField,
    fieldDependencies: [{ name: "archive_missing", type: "json" }],
});
