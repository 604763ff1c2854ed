from .const import KEY_RING_PARAMETER
from .models.res_company import SEQUENCE_CODE


def uninstall_hook(env):
    """Remove what no external id holds: the numberings that companies got by code, and which keys were used.

    The key ring itself stays: backups and other databases may need it.
    """
    env["ir.sequence"].search([("code", "=", SEQUENCE_CODE)]).unlink()
    env["ir.config_parameter"].search([("key", "=", KEY_RING_PARAMETER)]).unlink()
    """Remove what no external id holds: the numberings that companies got by code, and the settings of backups.

    Files of backups stay: they are the way back.
    """
    env["ir.config_parameter"].search([("key", "=like", "customer_archive.backup_%")]).unlink()
