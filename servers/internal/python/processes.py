"""How many processes of a server have begun to serve: the server is ready when all have,
and those beyond that number have each replaced one.

They count themselves in a file without a name, which the first process holds open, so
that it goes with it. Where there is no such thing (it is Linux's), nothing is known, and
a server is ready with its first process.
"""

import os

import settings

ENV = "NOTIFY_PROCESSES_FILE"


def share():
    """Makes the file; called by the process that the server's first process was."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("processes")
        os.set_inheritable(fd, True)
        os.environ[ENV] = f"/proc/{os.getpid()}/fd/{fd}"


def begin():
    """Counts this process."""
    if ENV in os.environ:
        with open(os.environ[ENV], "ab") as f:
            f.write(b".")


def begun():
    """How many have begun so far."""
    return os.stat(os.environ[ENV]).st_size if ENV in os.environ else settings.PROCESSES
