from . import (
    test_access,
    test_archive,
    test_change,
    test_classes,
    test_document,
    test_host,
    test_number,
    test_performance,
    test_quality,
    test_state,
)
