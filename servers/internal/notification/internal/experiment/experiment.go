// Package experiment holds the settings by which a server is made worse on
// purpose, in the same way in every style: work, hold, ballast and fail. They
// reproduce an article's "10 ms of processing" and the known regressions that
// the harness must be able to find.
package experiment

import (
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/notifybench/notifybench/internal/burn"
	"github.com/notifybench/notifybench/internal/contract"
)

// Config says how much worse. Its zero value changes nothing.
type Config struct {
	Work        time.Duration // CPU per request, as rounds of package burn
	Hold        time.Duration // added delay per request
	Ballast     int64         // bytes of memory held
	Fail        float64       // share of wrong answers
	RoundsPerMS float64       // 0: calibrated at the start
}

// Set is a Config in force. Its methods are safe for concurrent use.
type Set struct {
	cfg     Config
	rounds  int
	ballast []byte
}

// New takes the memory and, where the machine was not calibrated by the caller,
// calibrates it.
func New(cfg Config, log *slog.Logger) (*Set, error) {
	s := &Set{cfg: cfg}
	if cfg.Work > 0 {
		s.rounds = cfg.Calibrated(log).rounds()
	}
	if cfg.Ballast > 0 {
		b, err := holdMemory(int(cfg.Ballast))
		if err != nil {
			return nil, fmt.Errorf("hold %d bytes of ballast: %w", cfg.Ballast, err)
		}
		s.ballast = b
	}
	return s, nil
}

// Calibrated is the configuration with RoundsPerMS known, if it is needed.
func (c Config) Calibrated(log *slog.Logger) Config {
	if c.Work > 0 && c.RoundsPerMS == 0 {
		c.RoundsPerMS = burn.Calibrate(time.Now)
		log.Info("calibrated here; set "+contract.EnvRoundsPerMS+" to compare servers",
			"rounds_per_ms", c.RoundsPerMS)
	}
	return c
}

func (c Config) rounds() int {
	return int(math.Round(float64(c.Work) / float64(time.Millisecond) * c.RoundsPerMS))
}

// Close gives the memory back.
func (s *Set) Close() error {
	if s.ballast == nil {
		return nil
	}
	return releaseMemory(s.ballast)
}

// Delay holds the caller and then works, as configured.
func (s *Set) Delay() {
	if s.cfg.Hold > 0 {
		hold(s.cfg.Hold)
	}
	if s.rounds > 0 {
		burn.Rounds(s.rounds)
	}
}

// Wrong says whether this notification is to be answered wrongly. That depends
// on its number alone, so that it is the same in every style and run; without a
// number it is not.
func (s *Set) Wrong(subject, message string) bool {
	if s.cfg.Fail == 0 {
		return false
	}
	k, ok := contract.ParseTag(subject)
	if !ok {
		k, ok = contract.ParseTag(message)
	}
	return ok && uniform(k) < s.cfg.Fail
}

// uniform spreads k over [0, 1): the finaliser of SplitMix64.
func uniform(k uint64) float64 {
	k += 0x9e3779b97f4a7c15
	k = (k ^ k>>30) * 0xbf58476d1ce4e5b9
	k = (k ^ k>>27) * 0x94d049bb133111eb
	return float64((k^k>>31)>>11) / (1 << 53)
}
