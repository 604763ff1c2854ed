from . import customer_archive, res_partner
