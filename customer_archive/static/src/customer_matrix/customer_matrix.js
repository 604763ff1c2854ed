import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const SHADES = 5;

/**
 * How many customers go from which class (row) to which (column), as `tools.matrix.matrix()` counts them. Each number
 * opens its customers by the record's `action_open_cell(old_key, new_key)`.
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
        return this.isOrdered ? this.describeOrdered(this.matrix) : this.describeUnordered();
    }

    describeOrdered({ up, down, same }) {
        return _t("%(up)s move up, %(down)s move down, %(same)s stay.", { up, down, same });
    }

    describeUnordered() {
        const counts = { gained: 0, lost: 0, changed: 0 };
        this.matrix.rows.forEach((row, i) =>
            this.matrix.columns.forEach((column, j) => {
                if (row.key !== column.key) {
                    const kind = !row.key ? "gained" : !column.key ? "lost" : "changed";
                    counts[kind] += this.matrix.cells[i][j];
                }
            })
        );
        return _t("%(gained)s get a tag, %(changed)s change it, %(lost)s lose it.", counts);
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
        const kind = !this.isOrdered ? "change" : column < row ? "up" : "down";
        return `o_customer_matrix_${kind} o_customer_matrix_shade_${Math.ceil((SHADES * number) / this.largest)}`;
    }

    getCellLabel(row, column, count) {
        return row.key === column.key
            ? _t("%(count)s stay with %(name)s", { count, name: row.name })
            : _t("%(count)s go from %(old)s to %(new)s", { count, old: row.name, new: column.name });
    }

    async open(row, column) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        await this.action.doActionButton({
            type: "object",
            name: "action_open_cell",
            args: JSON.stringify([row.key, column.key]),
            resModel: record.resModel,
            resId: record.resId,
        });
    }
}

registry.category("fields").add("customer_matrix", {
    component: CustomerMatrixField,
    displayName: _t("Table of Movements"),
    supportedTypes: ["json"],
});
