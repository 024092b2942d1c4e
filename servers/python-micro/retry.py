"""The email with the article's retry, as printed.

Of three attempts two can be followed by a wait (1 s and 2 s; the third, of 4 s, never
comes). Only a call without an answer is made again: nobody looks at the status, so that
an answer of 500 counts as sent.
"""

import asyncio

import aiohttp
from aiohttp import web

from calls import SESSION, notification, post, roll_up

MAX_RETRIES = 3


async def retry(request: web.Request) -> web.Response:
    n = await notification(request)
    for attempt in range(MAX_RETRIES):
        try:
            await post(request.app[SESSION], n, "email", n["email"])
            return roll_up({"email": {"status": "sent", "attempts": attempt + 1}})
        except aiohttp.ClientError as failure:
            if attempt == MAX_RETRIES - 1:
                return roll_up({"email": {"status": "failed", "attempts": MAX_RETRIES, "error": str(failure)}})
            await asyncio.sleep(2**attempt)
