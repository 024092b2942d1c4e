"""Starts app.py under uvicorn."""

import sys

sys.path.insert(0, "../internal/python")

import client  # noqa: F401  its settings are checked as well
import launch
import settings

loop = settings.text("NOTIFY_LOOP", "uvloop", "asyncio", "uvloop")
settings.check("fastapi")

launch.become(
    "-m", "uvicorn", "app:app", "--host", settings.HOST, "--port", settings.PORT,
    "--workers", settings.PROCESSES, "--loop", loop, "--backlog", 2048,
    "--timeout-keep-alive", 75, "--no-access-log", "--log-level", "warning",
)
