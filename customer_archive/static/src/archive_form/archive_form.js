import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { FormController } from "@web/views/form/form_controller";

/** Steps that are seldom taken: in the gear, so that the header shows the next sensible one. */
export class ArchiveFormController extends FormController {
    get archiveSteps() {
        return {
            suspend: { icon: "fa fa-pause", description: _t("Suspend"), sequence: 33 },
            close: { icon: "fa fa-times-circle-o", description: _t("Close"), sequence: 34 },
        };
    }

    getStaticActionMenuItems() {
        const items = super.getStaticActionMenuItems();
        for (const [step, item] of Object.entries(this.archiveSteps)) {
            items[`archive_${step}`] = {
                ...item,
                isAvailable: () => (this.model.root.data.archive_steps || []).includes(step),
                callback: () => this.takeArchiveStep(step),
            };
        }
        return items;
    }

    takeArchiveStep(step) {
        const { resModel, resId } = this.model.root;
        return this.actionService.doActionButton({
            type: "object",
            name: `action_archive_${step}`,
            resModel,
            resId,
            onClose: () => this.model.root.load(),
        });
    }
}

export const archiveFormView = { ...formView, Controller: ArchiveFormController };

registry.category("views").add("customer_archive_form", archiveFormView);
