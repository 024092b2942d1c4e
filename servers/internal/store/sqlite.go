package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	driver "modernc.org/sqlite"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/store/internal/batch"
)

// sqliteFile is the database in Options.Dir; beside it lie SQLite's own files and the
// locks of the processes that share it.
const sqliteFile = "notifybench.db"

// sqliteBusy is how long a transaction waits for that of another process.
const sqliteBusy = 5 * time.Second

// sqlite keeps everything in one file that the processes of a machine share: choose
// it to be durable with nothing installed. Reads have connections of their own and
// never wait for a write; writes of a process go through one connection, one
// transaction after the other. The folder has to be on a local disk.
type sqlite struct {
	read   *sql.DB
	write  *sql.DB
	writer *sqliteWriter
	writes *batch.Batcher[sqliteWrite]
	owners *ownerLocks
	doubts doubts

	user, load, owned, depth, dead *sql.Stmt
}

var (
	_ Store  = (*sqlite)(nil)
	_ Outbox = (*sqlite)(nil)
)

// Durability of a commit, in SQLite's words.
const (
	syncFull   = "FULL"   // on the disk when a write returns
	syncNormal = "NORMAL" // on the disk at the next checkpoint: a crash of the machine loses what came since
)

func openSQLite(ctx context.Context, o Options) (Store, error) {
	return newSQLite(ctx, o, syncFull)
}

func newSQLite(ctx context.Context, o Options, synchronous string) (_ *sqlite, err error) {
	if o.Dir == "" {
		return nil, errors.New("no folder is given: set " + contract.EnvData)
	}
	path, err := makeFile(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &sqlite{}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	s.write = connectSQLite(path, synchronous, 1)
	s.read = connectSQLite(path, synchronous, max(o.Pool-1, 1), "query_only(1)")
	// SQLite itself cannot wait while several processes make a file at once.
	err = withLock(ctx, filepath.Join(o.Dir, "migrate.lock"), func() error { return migrateSQLite(ctx, s.write) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if s.owners, err = lockOwner(o.Dir); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.writes = batch.New(o.Batch, s.writer.commit)
	return s, nil
}

// makeFile makes folder and file, so that nobody else can read them.
func makeFile(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the folder of the database: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(dir, sqliteFile))
	if err != nil {
		return "", fmt.Errorf("find the database: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", fmt.Errorf("make the database: %w", err)
	}
	return path, f.Close()
}

func connectSQLite(path, synchronous string, connections int, pragmas ...string) *sql.DB {
	values := url.Values{"_pragma": append([]string{
		fmt.Sprintf("busy_timeout(%d)", sqliteBusy.Milliseconds()), "journal_mode(WAL)",
		"synchronous(" + synchronous + ")", "foreign_keys(1)", "journal_size_limit(67108864)",
	}, pragmas...)}
	source := url.URL{Scheme: "file", Path: path, RawQuery: values.Encode()}
	connector, err := driver.NewConnector(source.String())
	if err != nil {
		panic(err) // of a query that url.Values has encoded
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

// prepare prepares what is read, and the writer.
func (s *sqlite) prepare(ctx context.Context) error {
	for _, p := range []struct {
		to  **sql.Stmt
		sql string
	}{
		{&s.user, sqliteUser}, {&s.load, sqliteLoad}, {&s.owned, sqliteOwners}, {&s.depth, sqliteDepth},
		{&s.dead, sqliteDeadLetters},
	} {
		stmt, err := s.read.PrepareContext(ctx, p.sql)
		if err != nil {
			return fmt.Errorf("prepare what is read: %w", err)
		}
		*p.to = stmt
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to write: %w", err)
	}
	s.writer = &sqliteWriter{conn: conn, prepared: make(map[string]*sql.Stmt)}
	return nil
}

func (s *sqlite) Stats() Stats {
	reads := s.read.Stats()
	// The writer's one connection is taken all the time.
	stats := Stats{Waits: uint64(reads.WaitCount), Waited: reads.WaitDuration, InUse: reads.InUse + 1}
	stats.Batches, stats.Writes = s.writes.Counts()
	return stats
}

func (s *sqlite) Close() error {
	var errs []error
	if s.writes != nil {
		s.writes.Close()
	}
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.owners != nil {
		errs = append(errs, s.owners.close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

const sqliteUser = `
SELECT u.name, u.email, u.phone, u.device_token,
       (SELECT group_concat(p.channel) FROM preferences p WHERE p.user_id = u.id AND p.opted_out)
FROM users u WHERE u.id = ?`

func (s *sqlite) User(ctx context.Context, id int64) (contract.User, error) {
	u := contract.User{ID: id}
	var out sql.NullString
	err := s.user.QueryRowContext(ctx, id).Scan(&u.Name, &u.Email, &u.Phone, &u.DeviceToken, &out)
	if err != nil {
		return contract.User{}, sqliteRead(fmt.Sprintf("look user %d up", id), err)
	}
	if out.Valid {
		u.OptedOut = inCallingOrder(strings.Split(out.String, ","))
	}
	return u, nil
}

const sqliteLoad = `SELECT status, body, created FROM notifications WHERE id = ?`

func (s *sqlite) Load(ctx context.Context, id string) (Record, error) {
	r := Record{ID: id}
	var created int64
	if err := s.load.QueryRowContext(ctx, id).Scan(&r.Status, &r.Body, &created); err != nil {
		return Record{}, sqliteRead("load notification "+id, err)
	}
	r.Created = instant(created)
	return r, nil
}

func sqliteRead(what string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	return unavailable(what, err)
}
