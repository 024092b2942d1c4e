"""A handler that sleeps beside many that do not: every 20th request takes 200 ms, the others 10 ms."""

import asyncio
import time

from aiohttp import web

from calls import notification
from done import done


def slow(n: dict) -> bool:
    return int(n["message"].rpartition("#")[2]) % 20 == 0


async def sleep(request: web.Request) -> web.Response:
    """The slow one blocks the loop, and with it everybody."""
    if slow(await notification(request)):
        time.sleep(0.2)
    else:
        await asyncio.sleep(0.01)
    return done()


async def awaited(request: web.Request) -> web.Response:
    await asyncio.sleep(0.2 if slow(await notification(request)) else 0.01)
    return done()
