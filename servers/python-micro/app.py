"""The aiohttp application: a line for each route; server.yaml has the same ones."""

import asyncio
import os

import aiohttp
from aiohttp import web

import blocking
import calls
import cpu
import group
import postgres
import rediscache
import retry

ROUTES = {
    "/gather": calls.gather,
    "/sequential": calls.sequential,
    "/bounded": calls.bounded,
    "/threads": calls.threads,
    "/blocking/sleep": blocking.sleep,
    "/blocking/await": blocking.awaited,
    "/cpu/serial": cpu.serial,
    "/cpu/gather": cpu.gather,
    "/cpu/to-thread": cpu.to_thread,
    "/cpu/processes": cpu.processes,
    "/taskgroup": group.taskgroup,
    "/gather-all": group.gather_all,
    "/retry": retry.retry,
    "/pg/psycopg2": postgres.psycopg2_one,
    "/pg/asyncpg": postgres.asyncpg_pool,
    "/pg/single": postgres.single,
    "/pg/executemany": postgres.executemany,
    "/redis/sync": rediscache.sync,
    "/redis/async": rediscache.asynchronous,
}


async def trivial(_: web.Request) -> web.Response:
    return web.json_response({"id": "1", "status": "sent", "channels": {}})


async def health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ready", "pid": os.getpid(), "processes": 1})


async def session(app: web.Application):
    """The session of all calls. Its limit of 100 connections is lifted: that is another claim."""
    connector, timeout = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(total=calls.TIMEOUT)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as app[calls.SESSION]:
        yield


def make() -> web.Application:
    app = web.Application()
    app.cleanup_ctx.append(session)
    app.cleanup_ctx.append(cpu.pool)
    app.add_routes([web.get("/healthz", health), web.post("/trivial", trivial)])
    app.add_routes([web.post(path, handler) for path, handler in ROUTES.items()])
    return app


def new_loop() -> asyncio.AbstractEventLoop:
    if os.environ.get("NOTIFY_LOOP", "asyncio") == "uvloop":
        import uvloop

        return uvloop.new_event_loop()
    return asyncio.new_event_loop()
