"""Starts app.py under the WSGI server that NOTIFY_WSGI names."""

import sys

sys.path.insert(0, "../internal/python")

import launch
import notification  # noqa: F401  its settings are checked as well
import settings

wsgi = settings.text("NOTIFY_WSGI", "gunicorn", "gunicorn", "waitress", "werkzeug")
threads = settings.number("NOTIFY_THREADS", 1)
settings.text("NOTIFY_SESSION", "per-request", "shared", "per-request")
settings.seconds("NOTIFY_CALL_TIMEOUT", "0s")
if wsgi != "gunicorn" and settings.PROCESSES > 1:
    settings.wrong("WEB_CONCURRENCY", f"{wsgi} runs in one process: write 1", 1)
if wsgi != "werkzeug" and threads == 0:
    settings.wrong("NOTIFY_THREADS", f"{wsgi} has a fixed number of threads: write 1 or more", 1)
if wsgi == "werkzeug" and threads > 1:
    settings.wrong("NOTIFY_THREADS", "werkzeug has one thread, or 0: one for each connection", 0)
settings.check("flask")

if wsgi == "waitress":
    launch.become("-m", "waitress", f"--listen={settings.HOST}:{settings.PORT}", f"--threads={threads}", "app:app")
if wsgi == "werkzeug":
    launch.become("app.py")
launch.gunicorn("sync" if threads == 1 else "gthread", "--threads", threads)
