package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/notifybench/notifybench/internal/contract"
)

// lifetime of the keys, which nobody removes.
const lifetime = time.Hour

// redisOne reads over one connection, as redis-py does that blocks.
func redisOne(m *micro) handler { return m.cached(1) }

// redisPool reads over a pool of ten, as aioredis had by default.
func redisPool(m *micro) handler { return m.cached(10) }

func (m *micro) cached(connections int) handler {
	open := sync.OnceValues(func() (*redis.Client, error) { return openRedis(connections) })
	return func(r *http.Request) reply {
		client, err := open()
		for i := 0; i < m.queries && err == nil; i++ {
			err = client.Get(r.Context(), userKey(rand.IntN(users))).Err()
		}
		return done(err)
	}
}

func userKey(id int) string { return schema() + ":user:" + strconv.Itoa(id) }

func openRedis(connections int) (*redis.Client, error) {
	options, err := redis.ParseURL(os.Getenv(contract.EnvRedisURL))
	if err != nil {
		return nil, errors.New(contract.EnvRedisURL + " cannot be read") // it may hold a password anywhere
	}
	options.PoolSize, options.PoolTimeout = connections, callTimeout
	client := redis.NewClient(options)
	_, err = client.Pipelined(context.Background(), func(p redis.Pipeliner) error {
		for id := range users {
			p.Set(context.Background(), userKey(id), "user"+strconv.Itoa(id)+"@example.com", lifetime)
		}
		return nil
	})
	return client, err
}
