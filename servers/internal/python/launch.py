"""Starts a server as its user would: the process becomes the one of the command line."""

import os
import sys

import processes

HELPERS = os.path.dirname(os.path.abspath(__file__))


def defaults(**values):
    """What the app does where the environment does not say."""
    for name, value in values.items():
        os.environ.setdefault(name, value)


def become(*arguments):
    """Runs python with arguments in place of this process."""
    os.environ["PYTHONPATH"] = HELPERS
    processes.share()
    os.execv(sys.executable, [sys.executable, *map(str, arguments)])


def gunicorn(worker_class, *arguments):
    """Becomes gunicorn, which serves app.py of the working directory."""
    become("-m", "gunicorn", "app:app", "--config", os.path.join(HELPERS, "gunicorn_conf.py"),
           "--worker-class", worker_class, *arguments)
