import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** Why a customer is classed as it is: level with score and borders, tags, life cycle, and what other apps add. */
export class CustomerClassesField extends Component {
    static template = "customer_archive.CustomerClassesField";
    static props = { ...standardFieldProps };

    get classes() {
        return this.props.record.data[this.props.name];
    }

    get score() {
        return this.classes.score;
    }

    /** @returns {string} the number with decimals where it has some; a dash where there is none */
    number(value) {
        return [null, undefined, false].includes(value)
            ? "–"
            : formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }

    percent(value) {
        return `${this.number(value)} %`;
    }

    /** @returns {string} what the weight counts as, where it has taken over that of values that are missing */
    getShare({ weight, share, points }) {
        return points === null || share === weight ? "" : _t("counts as %s", this.percent(share));
    }

    getRungLabel({ name, lower, upper }) {
        return _t("%(level)s: from %(lower)s to %(upper)s", {
            level: name,
            lower: this.number(lower),
            upper: this.number(upper),
        });
    }

    get ladderLabel() {
        const rungs = this.classes.ladder.rungs.map((rung) => this.getRungLabel(rung)).join("; ");
        return _t("Score %(score)s of 100. %(levels)s", { score: this.number(this.score), levels: rungs });
    }

    get scorePlace() {
        return Math.min(100, Math.max(0, this.score));
    }
}

registry.category("fields").add("customer_classes", {
    component: CustomerClassesField,
    displayName: _t("Classes and Why"),
    supportedTypes: ["json"],
});
