package store

import (
	"context"
	"database/sql"
	"fmt"
)

// migrateSQLite brings the schema up to date, all in one transaction.
func migrateSQLite(ctx context.Context, db *sql.DB) error {
	steps, err := migrations("sqlite")
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	defer tx.Rollback()
	const table = `CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT`
	if _, err := tx.ExecContext(ctx, table); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	var version int
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(version), 0) FROM migrations`).Scan(&version); err != nil {
		return fmt.Errorf("read the version of the database: %w", err)
	}
	steps, err = pending(steps, version)
	if err != nil {
		return err
	}
	for _, step := range steps {
		if _, err := tx.ExecContext(ctx, step.sql); err != nil {
			return fmt.Errorf("migrate the database to version %d (%s): %w", step.version, step.name, err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO migrations VALUES (?, ?)`, step.version, step.name); err != nil {
			return fmt.Errorf("migrate the database to version %d (%s): %w", step.version, step.name, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}
