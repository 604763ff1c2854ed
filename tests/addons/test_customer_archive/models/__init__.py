from . import customer_archive
from . import res_partner
from . import customer_application
from . import res_partner_file
from . import customer_import
from . import res_partner_explained
from . import customer_class
from . import customer_audit
