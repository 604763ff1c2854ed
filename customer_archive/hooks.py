from .const import KEY_RING_PARAMETER
from .models.res_company import SEQUENCE_CODE


def uninstall_hook(env):
    """Remove what no external id holds: numberings made by code, settings of backups, which keys were used.

    The key ring itself and the files of backups stay: they are the way back.
    """
    env["ir.sequence"].search([("code", "=", SEQUENCE_CODE)]).unlink()
    env["ir.config_parameter"].search(
        ["|", ("key", "=", KEY_RING_PARAMETER), ("key", "=like", "customer_archive.backup_%")]
    ).unlink()
