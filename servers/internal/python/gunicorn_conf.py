"""What every server under gunicorn is given; the rest is on its command line."""

import os

import settings

bind = f"{settings.HOST}:{settings.PORT}"
workers = settings.PROCESSES
backlog = 2048
timeout = 0  # a request may take as long as its providers
graceful_timeout = 30
keepalive = 75  # seconds; a sync worker keeps no connection, whatever is said here
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # for its heartbeat
control_socket_disable = True  # nothing but the port is shared
