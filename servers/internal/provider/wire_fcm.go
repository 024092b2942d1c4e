package provider

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/notifybench/notifybench/servers/internal/jsontext"
)

// fcm is push by Firebase Cloud Messaging, HTTP v1. Success is 200 with the id as
// "name". Its limit is a token bucket per minute: QUOTA_EXCEEDED, never processed.
// UNREGISTERED means that the token is dead.
type fcm struct {
	project, token string
}

var _ wire = fcm{}

// fcmPause is how long FCM wants to be left alone when it does not say.
const fcmPause = time.Minute

func newFCM(c Credentials) wire { return fcm{project: c.FCMProject, token: c.FCMAccessToken} }

func (f fcm) endpoint() endpoint {
	return endpoint{
		path:          "/v1/projects/" + url.PathEscape(f.project) + "/messages:send",
		contentType:   contentJSON,
		authorization: "Bearer " + f.token,
	}
}

func (f fcm) encode(m *Message) []byte {
	dst := make([]byte, 0, len(m.To)+len(m.Subject)+len(m.Text)+80)
	dst = append(dst, `{"message":{"token":`...)
	dst = jsontext.AppendString(dst, m.To)
	dst = append(dst, `,"notification":{`...)
	if m.Subject != "" {
		dst = append(dst, `"title":`...)
		dst = jsontext.AppendString(dst, m.Subject)
		dst = append(dst, ',')
	}
	dst = append(dst, `"body":`...)
	dst = jsontext.AppendString(dst, m.Text)
	return append(dst, `}}}`...)
}

func (f fcm) read(r reply) answer {
	if r.status == http.StatusOK {
		return answer{accepted: true, id: stringField(r.body, "name")}
	}
	var e fcmReply
	// What is no error of FCM's has no code, and its status says enough.
	_ = json.Unmarshal(r.body, &e)
	code := e.code()
	a := answer{
		throttled:    code == "QUOTA_EXCEEDED" || code == "RESOURCE_EXHAUSTED",
		unregistered: code == "UNREGISTERED",
	}
	if e.Error.Message != "" {
		a.text = sanitized(code+" "+e.Error.Message, f.token)
	}
	if a.throttled || r.status == http.StatusTooManyRequests {
		a.after = fcmPause
	}
	return a
}

// fcmReply is an error of a Google API.
type fcmReply struct {
	Error struct {
		Message string `json:"message"`
		Status  string `json:"status"`
		Details []struct {
			ErrorCode string `json:"errorCode"` // of a google.firebase.fcm.v1.FcmError
		} `json:"details"`
	} `json:"error"`
}

// code is FCM's own, or where it gives none that of Google's APIs.
func (e fcmReply) code() string {
	for _, d := range e.Error.Details {
		if d.ErrorCode != "" {
			return d.ErrorCode
		}
	}
	return e.Error.Status
}
