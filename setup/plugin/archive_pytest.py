"""pytest plugin for tests on a database: selection by Odoo's test tags, no silent skip of a tour, a clean log.

pytest-odoo runs whatever is in a file; Odoo itself leaves out tests without the tag ``standard`` and runs a class only
in the file that defines it. So does this.
"""

import os
import sys
from pathlib import Path

import pytest

# At the end of the path: nothing of the host may be hidden by a module of setup/.
sys.path.append(str(Path(__file__).resolve().parent.parent))

import logcheck  # noqa: E402

# A tour that finds no browser skips itself; nothing may hide behind that.
_BROWSER = ("chrome", "chromium", "websocket", "HttpCase", "browser")


def pytest_addoption(parser):
    """Options that setup/test passes on."""
    parser.addoption("--archive-tags", default="", help="select tests as Odoo's --test-tags does")
    parser.addoption("--archive-log", default="", help="server log that has to be free of warnings of ours at the end")


def _wanted(item, selector) -> bool:
    cls = getattr(item, "cls", None)
    if cls is None:
        return selector is None
    inherited = cls.__module__ != item.module.__name__
    tags = getattr(cls, "test_tags", {"standard"})
    if inherited or not {"standard"} & set(tags):
        return False
    if item.originalname not in vars(cls) and not getattr(cls, "allow_inherited_tests_method", False):
        return False
    return selector is None or selector.check(cls(item.originalname))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session, config, items):
    """Keep what Odoo's own runner would run, and let the check of the log come last."""
    selector = None
    if config.getoption("--archive-tags"):
        from odoo.tests.tag_selector import TagsSelector

        selector = TagsSelector(config.getoption("--archive-tags"))
    kept = [item for item in items if _wanted(item, selector)]
    if dropped := [item for item in items if item not in set(kept)]:
        config.hook.pytest_deselected(items=dropped)
    if kept and config.getoption("--archive-log"):
        kept.append(LogItem.from_parent(session, name="server log has no warning of ours"))
    items[:] = kept


class LogItem(pytest.Item):
    """A test that reads the server log when all others are through."""

    def runtest(self):
        """Fail with the complaints that the log holds."""
        found = logcheck.complaints(Path(self.config.getoption("--archive-log")))
        assert not found, "\n".join(found[:20])

    def reportinfo(self):
        """Where pytest says the test is."""
        return Path(self.config.getoption("--archive-log")), None, self.name

    def repr_failure(self, excinfo):
        """The complaints alone, without a traceback through this file."""
        return str(excinfo.value)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn the skip of a tour for want of a browser into a failure; in CI, missing example data too."""
    outcome = yield
    report = outcome.get_result()
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if any(word.lower() in reason.lower() for word in _BROWSER):
        report.outcome = "failed"
        report.longrepr = f"A browser test must not be skipped: {reason}"
    elif "shared/data" in reason and os.environ.get("CI") and Path(os.environ.get("SHARED_DATA", "")).is_dir():
        report.outcome = "failed"
        report.longrepr = f"The example data is here, so its tests must run: {reason}"
