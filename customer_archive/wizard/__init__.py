from . import base_partner_merge_encrypted
from . import customer_archive_decision
from . import customer_data_issue_waive
from . import customer_level_decision
from . import customer_movement
from . import customer_rule_trial
