from . import customer_classification_report
