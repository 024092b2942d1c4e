"""The notification service on FastAPI, which "How to upgrade your Flask application using
async" names beside Quart, with the calls of "Asyncio Notification Service" in
../internal/python/client.py.
"""

import json
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

import notification
import processes
from client import Client

client = Client()


@asynccontextmanager
async def lifespan(app):
    await client.start()
    processes.begin()
    yield
    await client.close()


app = FastAPI(lifespan=lifespan)


@app.post("/notify")
async def send_notification(request: Request):
    calls = notification.calls(await read(request))
    notification.work()
    body, status = notification.answer(calls, await client.send(calls))
    return JSONResponse(body, status, notification.headers())


async def read(request):
    """The body of a request; FastAPI itself would read one of any length."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > notification.MAX_BODY:
            raise notification.too_large()
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise notification.malformed() from None


@app.get("/healthz")
async def health():
    return JSONResponse(*notification.health())


@app.exception_handler(notification.Refusal)
async def refuse(request, e):
    return JSONResponse(e.body, e.status)
