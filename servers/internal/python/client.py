"""The provider calls of the servers on asyncio, with aiohttp as in the articles:
"Asyncio Notification Service", sections Connection Pooling (a session for each request,
or one that is kept), Error Handling and Timeouts; "Python Async Programming", section
Error Handling and Timeouts (fetch_with_retry).
"""

import asyncio

import aiohttp

import notification
import settings
from notification import Result

SESSION = settings.text("NOTIFY_SESSION", "shared", "shared", "per-request")
MAX_CONNS = settings.number("NOTIFY_MAX_CONNS", 0)  # of a session; 0: no limit
TIMEOUT = settings.seconds("NOTIFY_CALL_TIMEOUT", "0s")  # 0: aiohttp's own, 5 minutes in all
ATTEMPTS = settings.number("NOTIFY_ATTEMPTS", 1, low=1)
FANOUT = settings.text("NOTIFY_FANOUT", "concurrent", "concurrent", "sequential")


class Client:
    """Makes the calls of notifications; started and closed within the event loop."""

    def __init__(self):
        self.session = None

    async def start(self):
        if SESSION == "shared":
            self.session = new_session()

    async def close(self):
        if self.session:
            await self.session.close()

    async def send(self, calls):
        """Makes the calls and returns their results, in the same order."""
        if self.session:
            return await fan_out(self.session, calls)
        async with new_session() as session:
            return await fan_out(session, calls)


def new_session():
    options = {"connector": aiohttp.TCPConnector(limit=MAX_CONNS)}
    if TIMEOUT:
        options["timeout"] = aiohttp.ClientTimeout(total=TIMEOUT)
        options["trace_configs"] = [TRACE]
    return aiohttp.ClientSession(**options)


async def fan_out(session, calls):
    if FANOUT == "sequential":
        return [await post(session, call) for call in calls]
    return await asyncio.gather(*(post(session, call) for call in calls))


async def post(session, call):
    """One call, repeated as fetch_with_retry does: what aiohttp could not do is, what the
    provider refuses is not."""
    attempts = 0  # those that failed
    for attempt in range(ATTEMPTS):
        trace = {} if TIMEOUT else None
        try:
            async with session.post(call.url, json=call.json, trace_request_ctx=trace) as resp:
                if not notification.CHECK:
                    return Result("sent", attempts + 1)
                result = notification.judge(call, resp.status, await resp.read())
                return result._replace(attempts=attempts + 1)
        except aiohttp.ClientError as e:
            attempts += not isinstance(e, aiohttp.ClientConnectorError)  # else nothing was written
            if attempt == ATTEMPTS - 1:
                return Result("failed", attempts, f"{type(e).__name__}: {e}")
            await asyncio.sleep(2**attempt)  # 1s, 2s, 4s
        except asyncio.TimeoutError:
            if trace is None or "written" in trace:
                return Result("unknown", attempts + 1, "timed out", late=True)
            return Result("failed", attempts, "timed out before the call was written", late=True)


async def note_written(session, context, params):
    context.trace_request_ctx["written"] = True


# With a timeout it matters whether a call was written before time ran out, or waited
# for a connection.
TRACE = aiohttp.TraceConfig()
TRACE.on_request_headers_sent.append(note_written)
