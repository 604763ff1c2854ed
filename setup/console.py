"""Say what happens: steps, progress of long commands, and failures as one line with the mend."""

import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

_START = time.monotonic()
_TICK = 0.2
_EVERY = 10  # seconds between two progress lines where the output is no terminal
_PAUSE = 5  # seconds before a failed command is tried again, twice as many before the third try

_NAMES_ERROR = re.compile(r"(E|Err|error|ERROR|FATAL|fatal)\b.*:|[\w.]*(Error|Exception|Warning|Invalid\w+): ")


class Problem(Exception):
    """A failure that a person can mend: what is wrong and what to do about it.

    :param what: what is wrong, one sentence
    :param mend: what to do about it, one sentence
    """

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.what = " ".join(what.split()).rstrip(".")
        self.mend = " ".join(mend.split())

    def __str__(self) -> str:
        return f"{self.what}. {self.mend}".strip()


def say(text: str) -> None:
    """Print one line with the seconds since the start."""
    print(f"[{time.monotonic() - _START:6.1f} s] {text}", flush=True)


def guarded(main) -> None:
    """Run ``main`` and end the process: a Problem becomes one line on stderr and exit status 1."""
    # A polite end from outside stops what was started, like Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit(f"setup: {problem}")
    except KeyboardInterrupt:
        sys.exit("setup: interrupted.")
    except OSError as error:
        if error.errno in (28, 122):  # no space left, quota exceeded
            sys.exit("setup: the disk is full. Free some space (4 GB are enough for everything) and start again.")
        raise


class _Progress:
    """One moving line on a terminal, a line now and then elsewhere."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.begin = time.monotonic()
        self.last = self.begin
        self.live = sys.stdout.isatty()

    def tick(self, detail: str) -> None:
        now = time.monotonic()
        if now - self.last < (0.5 if self.live else _EVERY):
            return
        self.last = now
        line = f"    {self.what}: {now - self.begin:.0f} s {detail}"[:110]
        print(f"\r{line:<110}" if self.live else line, end="" if self.live else "\n", flush=True)

    def close(self) -> None:
        if self.live and self.last != self.begin:
            print("\r" + " " * 110 + "\r", end="", flush=True)


def last_line(text: str) -> str:
    """The last line that says something, preferring one that names an error as apt, Python or Odoo write it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines[-60:] if _NAMES_ERROR.match(line) and "Some index files" not in line]
    return (named or lines or [""])[-1][-300:]


def _tail(log: Path, size: int = 4000) -> str:
    with log.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - size))
        return stream.read().decode("utf-8", "replace")


def execute(command, what: str, log: Path, *, watch=None, env=None, cwd=None) -> int:
    """Run a command with its output in ``log``, showing progress; return its exit status.

    :param watch: called with the end of the log, returns a short text on how far it is
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    progress = _Progress(what)
    with log.open("wb") as stream:
        stream.write(f"$ {shlex.join(map(str, command))}\n".encode())
        stream.flush()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, env=env, cwd=cwd
        )
        try:
            while process.poll() is None:
                time.sleep(_TICK)
                progress.tick(watch(_tail(log)) if watch else "")
        except BaseException:
            process.terminate()
            process.wait()
            raise
        finally:
            progress.close()
    return process.returncode


def must(command, what: str, log: Path, *, mend: str = "", tries: int = 1, **options) -> None:
    """Run a command that has to succeed; after the last failed try raise a Problem that names its last line.

    :param tries: how often it is tried, for what may fail in passing (downloads)
    """
    for attempt in range(1, tries + 1):
        if not execute(command, what, log, **options):
            return
        reason = last_line(_tail(log))
        if attempt < tries:
            say(f"{what} failed ({reason}); once more in {attempt * _PAUSE} s ({attempt + 1} of {tries})")
            time.sleep(attempt * _PAUSE)
    raise Problem(f"{what} failed: {reason} (all of it: {log})", mend)
