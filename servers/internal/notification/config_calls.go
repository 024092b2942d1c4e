package notification

import (
	"strings"

	"github.com/notifybench/notifybench/internal/contract"
	"github.com/notifybench/notifybench/servers/internal/provider"
)

// calls reads how the providers are called.
func (e *env) calls() provider.Config {
	cfg := provider.Config{
		Wire:           e.text(contract.EnvWire),
		Client:         e.text(contract.EnvClient),
		PerRequest:     e.text(contract.EnvSession) == contract.SessionPerRequest,
		MaxConns:       e.integer(contract.EnvMaxConns, 1),
		CallTimeout:    e.duration(contract.EnvCallTimeout, 1),
		Credentials:    e.credentials(),
		Attempts:       e.integer(contract.EnvAttempts, 1),
		Backoff:        e.duration(contract.EnvBackoff, 1),
		Jitter:         e.text(contract.EnvRetryJitter),
		Budget:         e.share(contract.EnvRetryBudget),
		RetryAmbiguous: e.text(contract.EnvRetryAmbiguous) == contract.On,
		Breaker:        e.text(contract.EnvBreaker) == contract.On,
		BreakerOpen:    e.duration(contract.EnvBreakerOpen, 1),
		Bulkhead:       e.integer(contract.EnvBulkhead, 0),
		RateLimit:      e.integer(contract.EnvRateLimit, 0),
	}
	offered := false
	for i := range channels {
		cfg.URLs[i] = e.provider(channels[i].urlEnv)
		offered = offered || e.get(channels[i].urlEnv) != ""
	}
	if !offered {
		e.problem("no provider: set at least one of EMAIL_URL, SMS_URL, PUSH_URL")
	}
	return cfg
}

func (e *env) credentials() provider.Credentials {
	return provider.Credentials{
		SendGridKey:    e.credential(contract.EnvSendGridKey),
		EmailFrom:      e.credential(contract.EnvEmailFrom),
		TwilioAccount:  e.credential(contract.EnvTwilioAccount),
		TwilioToken:    e.credential(contract.EnvTwilioToken),
		SMSFrom:        e.credential(contract.EnvSMSFrom),
		FCMProject:     e.credential(contract.EnvFCMProject),
		FCMAccessToken: e.credential(contract.EnvFCMAccessToken),
	}
}

// credential reads a well-known one. What is wrong with it is said without it.
func (e *env) credential(name string) string {
	for _, c := range contract.Credentials() {
		if c.Env != name {
			continue
		}
		v := e.get(name)
		if v == "" {
			return c.Default
		}
		if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
			e.problem("%s: must be printable ASCII without spaces", name)
		}
		return v
	}
	panic("no such credential: " + name)
}
