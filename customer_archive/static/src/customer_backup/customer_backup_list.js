import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

import { onWillRender, onWillStart, toRaw, useState } from "@odoo/owl";

/** The list of backups with a strip above it: whether the last proven one is recent enough. */
export class CustomerBackupListRenderer extends ListRenderer {
    static template = "customer_archive.BackupListRenderer";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.notice = useState({ level: "", text: "" });
        onWillStart(() => this.loadNotice());
        onWillRender(() => this.loadNoticeOfOtherRecords());
    }

    async loadNotice() {
        this.noticeOf = toRaw(this.props.list.records);
        const notice = await this.orm.call("customer.backup", "get_backup_notice", []);
        Object.assign(this.notice, notice || { level: "", text: "" });
    }

    loadNoticeOfOtherRecords() {
        if (this.noticeOf !== toRaw(this.props.list.records)) {
            this.loadNotice();
        }
    }
}

registry.category("views").add("customer_backup_list", { ...listView, Renderer: CustomerBackupListRenderer });
