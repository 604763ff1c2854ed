from . import test_hooks
from . import test_entry_and_file
