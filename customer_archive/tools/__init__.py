"""Pure functions of the archive: no Odoo import, time is an argument."""
