from . import test_import_files
from . import test_import_host
from . import test_import_legacy
from . import test_import_mapping
from . import test_import_run
from . import test_import_screens
from . import test_import_security
from . import test_import_workers
