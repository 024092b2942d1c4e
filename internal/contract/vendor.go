package contract

// Wire format "vendor": where each vendor takes calls, relative to the provider's
// URL. {} stands for the caller's account or project.
const (
	PathPlain    = "/send"
	PathSendGrid = "/v3/mail/send"                         // email
	PathTwilio   = "/2010-04-01/Accounts/{}/Messages.json" // SMS
	PathFCM      = "/v1/projects/{}/messages:send"         // push
)

// Headers in which vendors say more than a status does.
const (
	HeaderMessageID     = "X-Message-Id"               // SendGrid: the id of an accepted message
	HeaderRateLimit     = "X-RateLimit-Limit"          // SendGrid: calls in a window
	HeaderRateRemaining = "X-RateLimit-Remaining"      // SendGrid: of them left
	HeaderRateReset     = "X-RateLimit-Reset"          // SendGrid: when the window ends, seconds since 1970
	HeaderConcurrent    = "Twilio-Concurrent-Requests" // Twilio: the account's calls in flight
	HeaderRetryAfter    = "Retry-After"                // plain and FCM: seconds
)

// FCMError is the type of the detail in which FCM names its own error code.
const FCMError = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
