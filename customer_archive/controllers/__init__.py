from . import customer_apply
from . import customer_archive_workbook
from . import customer_export
from . import customer_import
from . import customer_audit
from . import customer_audit_report
from . import customer_contract
from . import customer_verification
