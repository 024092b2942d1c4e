package run

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// dropLimit bounds the dropping of a schema, connecting included.
const dropLimit = 10 * time.Second

// dropSchema drops a schema and everything in it, if there is one.
func dropSchema(ctx context.Context, url, name string) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("read DATABASE_URL: it is no address of a database") // the error would quote it
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "DROP SCHEMA IF EXISTS "+pgx.Identifier{name}.Sanitize()+" CASCADE")
	return err
}
