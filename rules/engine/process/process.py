"""A child process that answers lines: started, asked with a time limit, ended without trace.

Its pipes are bare descriptors, so that a process forked from ours can let go of them without
touching the child, and so that nothing waits longer than it was told to.
"""

import os
import selectors
import subprocess
import time
import weakref
from collections.abc import Sequence

_CHUNK = 1 << 16


class ChildDied(Exception):  # noqa: N818 - an event, not a mistake
    """The child ended, or did not answer in time. It has been killed and forgotten."""


class Child:
    """One process that takes a line on its input and answers with a line on its output."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it.

        Raises:
            ChildDied: it could not be started.
        """
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        try:
            process = subprocess.Popen(  # noqa: S603 - our own script, no shell
                command,
                stdin=theirs_in,
                stdout=theirs_out,
                stderr=subprocess.DEVNULL,
                cwd=os.sep,
                start_new_session=True,
            )
        except OSError as error:
            _close(ours_out, ours_in)
            raise ChildDied from error
        finally:
            _close(theirs_in, theirs_out)
        os.set_blocking(ours_out, False)
        self.pid = process.pid
        self._in, self._out = ours_in, ours_out
        self._rest = b""
        self._end = weakref.finalize(self, _end, process, (ours_in, ours_out), os.getpid())

    def ask(self, line: bytes, limit: float) -> bytes:
        """Send a line, which ends with a newline, and wait for the line that answers it.

        Args:
            line: what to send; nothing, to wait for what it says by itself.
            limit: seconds for both ways together.

        Raises:
            ChildDied: no answer in time.
        """
        if not self._end.alive:
            raise ChildDied  # its descriptors may be somebody else's by now
        deadline = time.monotonic() + limit
        try:
            self._write(line, deadline)
            return self._read(deadline)
        except OSError as error:  # a time-out is one too
            self.close()
            raise ChildDied from error

    def close(self) -> None:
        """End it. Does nothing the second time, nor in a process that was forked from ours."""
        self._end()

    def _write(self, line: bytes, deadline: float) -> None:
        rest = memoryview(line)
        while rest:
            _wait(self._out, selectors.EVENT_WRITE, deadline)
            rest = rest[os.write(self._out, rest) :]

    def _read(self, deadline: float) -> bytes:
        pieces = [self._rest]
        while b"\n" not in pieces[-1]:
            _wait(self._in, selectors.EVENT_READ, deadline)
            piece = os.read(self._in, _CHUNK)
            if not piece:
                raise BrokenPipeError
            pieces.append(piece)
        line, _, self._rest = b"".join(pieces).partition(b"\n")
        return line


def _wait(descriptor: int, event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TimeoutError


def _end(process: subprocess.Popen[bytes], pipes: tuple[int, int], owner: int) -> None:
    _close(*pipes)
    if owner == os.getpid():
        process.kill()
        process.wait()
    else:
        process.returncode = 0  # another process's child: nothing for us to wait for


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
