from . import test_hooks
from . import test_entry_and_file
from . import test_import_hooks
from . import test_class_screen_hooks
from . import test_class_report_hooks
from . import test_class_hooks
from . import test_audit_hooks
from . import test_encrypted_hooks
