import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component } from "@odoo/owl";

/** Opens the definition of the custom facts on the page where they are entered. */
export class ArchiveDefineFacts extends Component {
    static template = "customer_archive.ArchiveDefineFacts";
    static props = { ...standardWidgetProps };

    define() {
        this.props.record.model.bus.trigger("PROPERTY_FIELD:EDIT");
    }
}

registry.category("view_widgets").add("archive_define_facts", { component: ArchiveDefineFacts });
