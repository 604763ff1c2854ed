from . import customer_archive_decision
from . import customer_data_issue_waive
