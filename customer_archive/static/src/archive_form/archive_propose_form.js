import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formView } from "@web/views/form/form_view";
import { FormController } from "@web/views/form/form_controller";

import { onWillStart } from "@odoo/owl";

/** Dialog that proposes a change: the archive stays as it is, so the person is told what became of the entry. */
export class ArchiveProposeController extends FormController {
    setup() {
        super.setup();
        this.notification = useService("notification");
        onWillStart(async () => {
            this.lastProposalId = (await this.findProposal())?.id;
        });
    }

    /** The latest proposal of the person for this archive. */
    async findProposal() {
        const [proposal] = await this.orm.searchRead(
            "customer.archive.change",
            [
                ["partner_id", "=", this.props.resId],
                ["user_id", "=", user.userId],
            ],
            ["id"],
            { limit: 1, order: "id desc" }
        );
        return proposal;
    }

    async beforeExecuteActionButton(clickParams) {
        const saved = await super.beforeExecuteActionButton(clickParams);
        if (clickParams.special !== "save" || saved === false) {
            return saved;
        }
        return this.tellProposal();
    }

    /** @returns {Promise<boolean>} whether a proposal was made */
    async tellProposal() {
        const proposal = await this.findProposal();
        if (!proposal || proposal.id === this.lastProposalId) {
            this.notification.add(_t("Nothing was changed, so nothing was proposed."), { type: "warning" });
            return false;
        }
        this.notification.add(
            _t("Proposal submitted. The archive changes when another person approves."),
            {
                type: "success",
                buttons: [{ name: _t("Show"), primary: true, onClick: () => this.showProposal(proposal) }],
            }
        );
        return true;
    }

    showProposal(proposal) {
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: "customer.archive.change",
            res_id: proposal.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("views").add("customer_archive_propose_form", {
    ...formView,
    Controller: ArchiveProposeController,
});
