import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const SHADES = 5;

/**
 * How many customers go from which class (row) to which (column), as `tools.matrix.matrix()` counts them. Each number
 * opens its customers by the record's `action_open_cell(old_key, new_key)`, totals with `false` for any class.
 *
 * Classes stand from the best down, so what lies left of the diagonal is a move up. With `ordered: false` in the value
 * the classes have no order: then customers get, lose and change them.
 */
export class CustomerMatrixField extends Component {
    static template = "customer_archive.CustomerMatrixField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get matrix() {
        return this.props.record.data[this.props.name] || { rows: [], columns: [], cells: [] };
    }

    get isOrdered() {
        return this.matrix.ordered !== false;
    }

    get summary() {
        return this.isOrdered ? this.describeOrdered(this.matrix) : this.describeUnordered(this.matrix);
    }

    /** Who gets a first class, or has none any more, moves neither up nor down. */
    describeOrdered({ up, down, same, new: gained, out: lost }) {
        const steps = _t("%(up)s move up, %(down)s move down, %(same)s stay.", { up, down, same });
        const ends = _t("%(gained)s get a first class, %(lost)s have none any more.", { gained, lost });
        return gained || lost ? `${steps} ${ends}` : steps;
    }

    describeUnordered({ change: changed, new: gained, out: lost }) {
        return _t("%(gained)s get a class, %(changed)s change it, %(lost)s lose it.", { gained, changed, lost });
    }

    /** The largest number beside the diagonal: the darkest shade. */
    get largest() {
        return Math.max(1, ...this.matrix.cells.flatMap((row, i) => row.filter((_number, j) => i !== j)));
    }

    getCellClass(row, column) {
        const number = this.matrix.cells[row][column];
        if (!number) {
            return "";
        }
        if (row === column) {
            return "o_customer_matrix_same";
        }
        const isStep = this.isOrdered && this.matrix.rows[row].key && this.matrix.columns[column].key;
        const kind = !isStep ? "change" : column < row ? "up" : "down";
        return `o_customer_matrix_${kind} o_customer_matrix_shade_${Math.ceil((SHADES * number) / this.largest)}`;
    }

    getCellLabel(row, column, count) {
        return row.key === column.key
            ? _t("%(count)s stay with %(name)s", { count, name: row.name })
            : _t("%(count)s go from %(old)s to %(new)s", { count, old: row.name, new: column.name });
    }

    /** Totals: of a row, of a column, or of both; a class that is left out stands for any. */
    getTotalLabel(row, column, count) {
        if (row) {
            return _t("%(count)s were %(name)s", { count, name: row.name });
        }
        return column
            ? _t("%(count)s become %(name)s", { count, name: column.name })
            : _t("%(count)s in sum", { count });
    }

    async open(row, column) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        await this.action.doActionButton({
            type: "object",
            name: "action_open_cell",
            args: JSON.stringify([row ? row.key : false, column ? column.key : false]),
            resModel: record.resModel,
            resId: record.resId,
            // with the language of the person, for the title of the list
            context: record.context,
        });
    }
}

registry.category("fields").add("customer_matrix", {
    component: CustomerMatrixField,
    displayName: _t("Table of Movements"),
    supportedTypes: ["json"],
});
