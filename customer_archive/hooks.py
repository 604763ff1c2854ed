from .models.res_company import SEQUENCE_CODE


def uninstall_hook(env):
    """Remove what no external id holds: the numberings that companies got by code."""
    env["ir.sequence"].search([("code", "=", SEQUENCE_CODE)]).unlink()
