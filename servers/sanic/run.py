"""Starts app.py."""

import sys

sys.path.insert(0, "../internal/python")

import client  # noqa: F401  its settings are checked as well
import launch
import settings

settings.text("NOTIFY_LOOP", "uvloop", "asyncio", "uvloop")
settings.check("sanic")

launch.become("app.py")
