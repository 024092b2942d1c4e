package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// sqliteWrite is one write: statements within a transaction that others may share.
// It can be called again when that was rolled back. Of its errors only ErrNotOwner
// leaves the transaction as it was.
type sqliteWrite func(*sqliteWriter) error

// sqliteWriter is the connection that writes. Only the committer uses it. No context
// ends a transaction: it is bounded by sqliteBusy and the disk.
type sqliteWriter struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt // by their text
	claims   uint64
}

// commit is called by the committer.
func (w *sqliteWriter) commit(writes []sqliteWrite) []error {
	return commitTogether(writes, w.transaction)
}

// transaction makes all writes or none. Results are what those say that were made.
func (w *sqliteWriter) transaction(writes []sqliteWrite) (results []error, err error) {
	if err := w.exec(`BEGIN IMMEDIATE`); err != nil {
		w.exec(`ROLLBACK`) // of one that could not be rolled back; else it says that there is none
		return nil, err
	}
	results = make([]error, len(writes))
	for i, write := range writes {
		err := write(w)
		if err != nil && !errors.Is(err, ErrNotOwner) {
			w.exec(`ROLLBACK`) // SQLite may have done it already
			return nil, err
		}
		results[i] = err
	}
	if err := w.exec(`COMMIT`); err != nil {
		w.exec(`ROLLBACK`)
		return nil, inDoubt(err)
	}
	return results, nil
}

// stmt prepares a statement once.
func (w *sqliteWriter) stmt(text string) (*sql.Stmt, error) {
	if s := w.prepared[text]; s != nil {
		return s, nil
	}
	s, err := w.conn.PrepareContext(context.Background(), text)
	if err != nil {
		return nil, sqliteError(err)
	}
	w.prepared[text] = s
	return s, nil
}

func (w *sqliteWriter) exec(text string, args ...any) error {
	_, err := w.change(text, args...)
	return err
}

// change says how many rows a statement has changed.
func (w *sqliteWriter) change(text string, args ...any) (int64, error) {
	s, err := w.stmt(text)
	if err != nil {
		return 0, err
	}
	r, err := s.Exec(args...)
	if err != nil {
		return 0, sqliteError(err)
	}
	return r.RowsAffected()
}

// row reads one row; false where there is none.
func (w *sqliteWriter) row(text string, args []any, into ...any) (bool, error) {
	s, err := w.stmt(text)
	if err != nil {
		return false, err
	}
	err = s.QueryRow(args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, sqliteError(err)
}

func (w *sqliteWriter) close() error {
	var errs []error
	for _, s := range w.prepared {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.conn.Close())...)
}

// sqliteError tells what is wrong with a write from what is wrong with the database.
func sqliteError(err error) error {
	said, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return err
	}
	switch said.Code() & 0xff { // the rest of an extended code is detail
	case lib.SQLITE_CONSTRAINT, lib.SQLITE_TOOBIG, lib.SQLITE_MISMATCH:
		return &refusal{err}
	}
	return fmt.Errorf("SQLite: %w", err)
}
