package contract

// Environment variables with what the providers know a server by, in wire format
// "vendor". They are no settings of a scenario: a record would keep them.
const (
	EnvSendGridKey    = "SENDGRID_API_KEY"
	EnvEmailFrom      = "EMAIL_FROM" // address that emails come from
	EnvTwilioAccount  = "TWILIO_ACCOUNT_SID"
	EnvTwilioToken    = "TWILIO_AUTH_TOKEN"
	EnvSMSFrom        = "SMS_FROM" // number that messages come from
	EnvFCMProject     = "FCM_PROJECT"
	EnvFCMAccessToken = "FCM_TOKEN" // OAuth 2 access token; whoever sets it renews it
)

// Credential is one of them.
type Credential struct {
	Env     string
	Default string // for the mock providers; no real provider takes it
	Secret  bool   // never shown
}

// Credentials lists every credential.
func Credentials() []Credential {
	return []Credential{
		{EnvSendGridKey, "SG.mock", true},
		{EnvEmailFrom, "notifybench@example.com", false},
		{EnvTwilioAccount, "AC00000000000000000000000000000000", false},
		{EnvTwilioToken, "mock-auth-token", true},
		{EnvSMSFrom, "+15550000000", false},
		{EnvFCMProject, "notifybench", false},
		{EnvFCMAccessToken, "mock-access-token", true},
	}
}
