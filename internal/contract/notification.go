package contract

// Channel names, in the order in which a sequential fan-out calls them.
const (
	Email = "email"
	SMS   = "sms"
	Push  = "push"
)

// Channels lists every channel in calling order.
func Channels() []string { return []string{Email, SMS, Push} }

// Notification is the body of POST /notify. It names a user, whose addresses and
// preferences the service looks up, or carries addresses. Channels defaults to
// every channel that this leaves.
type Notification struct {
	UserID      string `json:"user_id,omitempty"`
	Email       string `json:"email,omitempty"`
	Phone       string `json:"phone,omitempty"`
	DeviceToken string `json:"device_token,omitempty"`
	// DeviceTokens is in place of DeviceToken where a notification goes to several
	// devices: a push call to each.
	DeviceTokens []string `json:"device_tokens,omitempty"`
	Subject      string   `json:"subject"`
	Message      string   `json:"message"`
	Channels     []string `json:"channels,omitempty"`
}

// Status values of a channel and, rolled up, of a notification.
const (
	StatusQueued     = "queued"   // accepted, no call made yet
	StatusSending    = "sending"  // a call is under way
	StatusRetrying   = "retrying" // a call failed and will be made again
	StatusSent       = "sent"
	StatusPartial    = "partial" // some channels, or some devices of one, were sent
	StatusFailed     = "failed"
	StatusExpired    = "expired"    // queued for too long: no (further) call was made
	StatusUnknown    = "unknown"    // timed out after the call was written: it may have been sent
	StatusSuppressed = "suppressed" // channel only: the user has opted out, no call was made
)

// Answer is what POST /notify and GET /notifications/{id} return: one entry per
// channel, always.
type Answer struct {
	ID       string                   `json:"id"`
	Status   string                   `json:"status"`
	Channels map[string]ChannelResult `json:"channels"`
}

// ChannelResult says what became of one channel.
type ChannelResult struct {
	Status     string `json:"status"`
	ProviderID string `json:"provider_id,omitempty"`
	Attempts   int    `json:"attempts"`
	Error      string `json:"error,omitempty"`
}

// Refusal is the body of every answer that is not an Answer (4xx, 503).
type Refusal struct {
	Error  string       `json:"error"`
	Fields []FieldError `json:"fields,omitempty"` // with 422: each offending field
}

// FieldError names one offending field of a request.
type FieldError struct {
	Field   string `json:"field"`
	Problem string `json:"problem"`
}
