package contract

// Channel names, in the order in which a sequential fan-out calls them.
const (
	Email = "email"
	SMS   = "sms"
	Push  = "push"
)

// Channels lists every channel in calling order.
func Channels() []string { return []string{Email, SMS, Push} }

// Notification is the body of POST /notify. Channels defaults to every channel
// the notification carries an address for.
type Notification struct {
	Email       string   `json:"email,omitempty"`
	Phone       string   `json:"phone,omitempty"`
	DeviceToken string   `json:"device_token,omitempty"`
	Subject     string   `json:"subject"`
	Message     string   `json:"message"`
	Channels    []string `json:"channels,omitempty"`
}

// Status values of a channel and, rolled up, of a notification.
const (
	StatusSent    = "sent"
	StatusPartial = "partial" // roll-up only: some channels were sent
	StatusFailed  = "failed"
	StatusUnknown = "unknown" // timed out after the call was written: it may have been sent
)

// Answer is what POST /notify returns: one entry per channel, always.
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
