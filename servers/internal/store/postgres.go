package store

import (
	"context"
	"errors"
)

func openPostgres(ctx context.Context, o Options) (Store, error) {
	return nil, errors.New("x")
}
