from . import customer_archive_decision, customer_data_issue_waive
