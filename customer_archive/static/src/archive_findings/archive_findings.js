import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useFactJump } from "../fact_jump/fact_jump";

import { Component, onWillStart, useState } from "@odoo/owl";

const SHOWN_AT_FIRST = 3;
const WAIVERS = ["customer_archive.group_reviewer", "customer_archive.group_manager"];

/** The findings of an archive as one strip: each one says its mend and leads to the field; reviewers waive here. */
export class ArchiveFindingsField extends Component {
    static template = "customer_archive.ArchiveFindingsField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.jump = useFactJump();
        this.state = useState({ showAll: false });
        onWillStart(async () => {
            const rights = await Promise.all(WAIVERS.map((group) => user.hasGroup(group)));
            this.mayWaive = rights.some(Boolean);
        });
    }

    get findings() {
        return this.props.record.data[this.props.name] || [];
    }

    get open() {
        return this.findings.filter((finding) => finding.state === "open");
    }

    get waived() {
        return this.findings.filter((finding) => finding.state === "waived");
    }

    get shown() {
        return this.state.showAll ? this.open : this.open.slice(0, SHOWN_AT_FIRST);
    }

    get hiddenCount() {
        return this.open.length - this.shown.length;
    }

    get moreText() {
        return _t("Show %s more", this.hiddenCount);
    }

    describeWaived({ label, waived_by, reason }) {
        return _t("%(fact)s waived by %(person)s: %(reason)s", { fact: label, person: waived_by, reason });
    }

    get errorCount() {
        return this.open.filter((finding) => finding.severity === "error").length;
    }

    get color() {
        if (this.errorCount) {
            return "danger";
        }
        return this.open.length ? "warning" : "secondary";
    }

    get title() {
        if (!this.open.length) {
            return "";
        }
        return this.errorCount
            ? _t("To put right before this archive becomes formal")
            : _t("To look at");
    }

    async waive(finding) {
        if (!(await this.props.record.save())) {
            return;
        }
        await this.action.doActionButton({
            type: "object",
            name: "action_waive",
            resModel: "customer.data.issue",
            resId: finding.id,
            onClose: () => this.props.record.load(),
        });
    }
}

registry.category("fields").add("archive_findings", {
    component: ArchiveFindingsField,
    displayName: _t("Archive Findings"),
    supportedTypes: ["json"],
});
