"""Starts app.py: by itself, or under gunicorn, which several processes need."""

import sys

sys.path.insert(0, "../internal/python")

import launch
import settings

launch.defaults(NOTIFY_SESSION="per-request", NOTIFY_MAX_CONNS="100")

import app  # noqa: E402,F401  with all of its settings

runner = settings.text("NOTIFY_RUNNER", "run_app", "run_app", "gunicorn")
settings.check("aiohttp")

if runner == "run_app" and settings.PROCESSES == 1:
    launch.become("app.py")
launch.gunicorn("aiohttp.GunicornUVLoopWebWorker" if app.LOOP == "uvloop" else "aiohttp.GunicornWebWorker")
