from . import customer_archive_report
