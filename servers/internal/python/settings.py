"""Settings from the environment, as the harness writes them.

What is wrong is collected, so that all of it is said at once.
"""

import os
import re
import sys

problems = []

UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")


def text(name, default, *valid):
    """One of the valid values; of any without a list."""
    value = os.environ.get(name) or default
    if valid and value not in valid:
        return wrong(name, f"{value!r} is not one of {', '.join(valid)}", default)
    return value


def number(name, default, low=0):
    """A whole number, not below low."""
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit()) or int(value) < low:
        return wrong(name, f"{value!r} is not a whole number from {low} on", default)
    return int(value)


def decimal(name, default):
    """A number that is not negative."""
    value = os.environ.get(name) or str(default)
    if not re.fullmatch(r"\d+(\.\d*)?(e[+-]?\d+)?", value):
        return wrong(name, f"{value!r} is not a number", default)
    return float(value)


def seconds(name, default):
    """A Go duration, such as 1m30s or 250ms, in seconds."""
    value = os.environ.get(name) or default
    if value == "0":
        return 0.0
    if not re.fullmatch(f"({PART.pattern})+", value):
        return wrong(name, f"{value!r} is not a duration: write 10ms or 1.5s", 0.0)
    return sum(float(number) * UNITS[unit] for number, unit in PART.findall(value))


def url(name):
    """The base URL of a provider; what has none cannot be called."""
    value = os.environ.get(name, "").rstrip("/")
    if value and not re.match(r"https?://[^@/]+(/|$)", value):
        return wrong(name, "not a URL such as http://127.0.0.1:8025", "")
    return value


def wrong(name, what, instead):
    problem = f"{name}: {what}"
    if problem not in problems:
        problems.append(problem)
    return instead


def check(program):
    """Ends the program with code 2 where a setting is wrong."""
    for problem in problems:
        print(f"{program}: {problem}", file=sys.stderr)
    if problems:
        sys.exit(2)


HOST = text("HOST", "127.0.0.1")
PORT = number("PORT", 5000)
PROCESSES = number("WEB_CONCURRENCY", 1, low=1)
