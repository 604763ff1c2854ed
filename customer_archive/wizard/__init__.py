from . import base_partner_merge_encrypted
from . import customer_archive_decision
from . import customer_data_issue_waive
from . import customer_level_decision
from . import customer_movement
from . import customer_rule_trial
from . import base_import_import
from . import customer_audit_alert_handle
