import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, useState } from "@odoo/owl";

/**
 * Two archives side by side: which one is kept, which facts differ and whose value stays, and what moves.
 *
 * What the person chooses goes to the fields `survivor_id` and `choices` of the record; nothing happens before the
 * button that merges.
 */
export class CustomerComparisonField extends Component {
    static template = "customer_archive.CustomerComparisonField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.state = useState({ showAll: false });
    }

    get comparison() {
        return this.props.record.data[this.props.name] || {};
    }

    get sides() {
        return this.comparison.sides || [];
    }

    get isOpen() {
        return this.props.record.data.state === "open";
    }

    get keptId() {
        const [chosen] = Object.values(this.props.record.data.survivor_id || {});
        return chosen || this.comparison.suggested;
    }

    get choices() {
        return this.props.record.data.choices || {};
    }

    get shownFacts() {
        const facts = this.comparison.facts || [];
        return this.state.showAll ? facts : facts.filter((fact) => fact.differs);
    }

    get sameCount() {
        return (this.comparison.facts || []).filter((fact) => !fact.differs).length;
    }

    get moves() {
        return (this.comparison.moves || {})[this.keptId] || [];
    }

    get closedName() {
        return this.sides.find((side) => side.id !== this.keptId)?.name || "";
    }

    get toggleText() {
        return this.state.showAll
            ? _t("Show only what differs")
            : _t("Show %s facts that are the same", this.sameCount);
    }

    getPoints(sign) {
        return sign.points > 0 ? `+${sign.points}` : `−${-sign.points}`;
    }

    getOwner(fact) {
        return this.choices[fact.name] || fact.defaults[this.keptId];
    }

    keep(side) {
        if (this.isOpen && side.id !== this.keptId) {
            // facts follow the archive that is kept; what was chosen for the other one is chosen anew
            this.props.record.update({ survivor_id: { id: side.id, display_name: side.name }, choices: false });
        }
    }

    choose(fact, side) {
        if (this.isOpen && fact.differs) {
            this.props.record.update({ choices: { ...this.choices, [fact.name]: side.id } });
        }
    }

    async open(side) {
        if (!(await this.props.record.save())) {
            return;
        }
        await this.action.doActionButton({
            type: "object",
            name: "action_open_archive",
            resModel: "res.partner",
            resId: side.id,
        });
    }
}

registry.category("fields").add("customer_comparison", {
    component: CustomerComparisonField,
    displayName: _t("Two Archives Side by Side"),
    supportedTypes: ["json"],
});
