package store

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// sessionLock holds a lock of the server that tells the others that this process is
// alive. It belongs to a connection of its own and dies with it. When the connection
// breaks, a goroutine takes the lock again; until then others may take the process
// for gone, which costs it its jobs and nothing else.
type sessionLock struct {
	me     int64
	config *pgx.ConnConfig
	log    *slog.Logger
	stop   context.CancelFunc
	ended  chan struct{}
}

// Bounds of the wait between attempts to take the lock again. The longest is well
// below the interval at which others call Adopt.
const (
	relockFirst = 20 * time.Millisecond
	relockLast  = 250 * time.Millisecond
)

// lockSession draws an owner and takes its lock.
func lockSession(ctx context.Context, config *pgx.ConnConfig, log *slog.Logger) (*sessionLock, error) {
	me, err := newOwner()
	if err != nil {
		return nil, err
	}
	config = config.Copy()
	// The server, too, has to notice a connection that broke without a word.
	config.RuntimeParams["tcp_keepalives_idle"] = "10"
	config.RuntimeParams["tcp_keepalives_interval"] = "5"
	config.RuntimeParams["tcp_keepalives_count"] = "3"
	l := &sessionLock{me: me, config: config, log: log, ended: make(chan struct{})}
	conn, err := l.lock(ctx)
	if err != nil {
		return nil, connectError(config, err)
	}
	var running context.Context
	running, l.stop = context.WithCancel(context.Background())
	go l.keep(running, conn)
	return l, nil
}

// lock connects and takes the lock. The server may still hold it for the connection
// that broke: then it is waited for.
func (l *sessionLock) lock(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, l.config)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, l.me); err != nil {
		conn.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return conn, nil
}

// keep holds the lock until it is stopped, and takes it again when it was lost.
func (l *sessionLock) keep(ctx context.Context, conn *pgx.Conn) {
	defer close(l.ended)
	for {
		err := listen(ctx, conn)
		if ctx.Err() != nil {
			l.unlock(conn)
			return
		}
		l.log.Warn("the lock on this process's jobs was lost", "error", connectError(l.config, err))
		closing, cancel := context.WithTimeout(ctx, time.Second)
		conn.Close(closing)
		cancel()
		if conn = l.relock(ctx); conn == nil {
			return
		}
		l.log.Info("the lock on this process's jobs was taken again")
	}
}

// listen returns when the connection has broken. Nothing is ever sent to it.
func listen(ctx context.Context, conn *pgx.Conn) error {
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
	}
}

// relock tries until it has the lock; nil when it was stopped.
func (l *sessionLock) relock(ctx context.Context) *pgx.Conn {
	for wait := relockFirst; ; wait = min(2*wait, relockLast) {
		conn, err := l.lock(ctx)
		if err == nil {
			return conn
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// unlock gives the lock up before it closes the connection: the server would do so
// some time later.
func (l *sessionLock) unlock(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn.Exec(ctx, `SELECT pg_advisory_unlock_all()`)
	conn.Close(ctx)
}

func (l *sessionLock) close() {
	l.stop()
	<-l.ended
}
