package main

import "fmt"

// cheats are servers for email and SMS that do other work than they are asked for, and
// what they answer: the cheaper ones would win every comparison by cost.
var cheats = map[string]func(f *faulty, n int64, body []byte) string{
	"both": func(f *faulty, _ int64, body []byte) string {
		f.call(body)
		f.sms(body)
		return claims(1, 1)
	},
	"skip": func(f *faulty, _ int64, body []byte) string { // and lies about it
		f.call(body)
		return claims(1, 1)
	},
	"skip-quietly": func(f *faulty, _ int64, body []byte) string { // the numbers of calls are true
		f.call(body)
		return claims(1, 0)
	},
	"skip-tenth": func(f *faulty, n int64, body []byte) string {
		f.call(body)
		if n%10 == 0 {
			return claims(1, 0)
		}
		f.sms(body)
		return claims(1, 1)
	},
	"double": func(f *faulty, _ int64, body []byte) string {
		f.call(body)
		f.call(body)
		f.sms(body)
		return claims(2, 1)
	},
	"spaced": func(f *faulty, _ int64, body []byte) string { // as Python writes JSON
		f.send("EMAIL_URL", fmt.Sprintf(`{"to": "a@example.org", "subject": "%s"}`, field(body, "subject")))
		f.send("SMS_URL", fmt.Sprintf(`{"to": "+15550100", "message": "%s"}`, field(body, "message")))
		return claims(1, 1)
	},
}

func (f *faulty) sms(body []byte) {
	f.send("SMS_URL", fmt.Sprintf(`{"to":"+15550100","message":"%s"}`, field(body, "message")))
}

// claims is an answer that says that both were sent, in so many attempts.
func claims(email, sms int) string {
	return fmt.Sprintf(`{"id":"1","status":"sent","channels":{"email":{"status":"sent","attempts":%d},`+
		`"sms":{"status":"sent","attempts":%d}}}`, email, sms)
}
