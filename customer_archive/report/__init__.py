from . import customer_archive_report
from . import customer_classification_report
from . import customer_sheet_report
from . import customer_file_report
