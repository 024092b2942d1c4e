"""Starts app.py under hypercorn."""

import sys

sys.path.insert(0, "../internal/python")

import client  # noqa: F401  its settings are checked as well
import launch
import settings

loop = settings.text("NOTIFY_LOOP", "asyncio", "asyncio", "uvloop")
settings.check("quart")

launch.become(
    "-m", "hypercorn", "app:app", "--bind", f"{settings.HOST}:{settings.PORT}",
    "--workers", settings.PROCESSES, "--worker-class", loop, "--backlog", 2048,
    "--keep-alive", 75, "--graceful-timeout", 30, "--log-level", "warning",
)
