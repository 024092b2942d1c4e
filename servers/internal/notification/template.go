package notification

import (
	"bytes"
	"embed"
	"fmt"
	"sync"
	"text/template"

	"github.com/notifybench/notifybench/servers/internal/provider"
)

//go:embed templates/*.txt
var templateFiles embed.FS

// templates turn what a notification says into what a person reads on each channel.
// They are used in wire format "vendor" alone: the documents' services pass texts on
// as they are. Whatever stands around them, subject and message end as they came: by
// their number the providers know them.
type templates struct {
	byChannel [channelCount]*template.Template
	buffers   sync.Pool // *bytes.Buffer
}

// letter is what a template may use.
type letter struct{ Name, Subject, Message string }

func newTemplates() (*templates, error) {
	t := new(templates)
	t.buffers.New = func() any { return new(bytes.Buffer) }
	for i := range channels {
		parsed, err := template.New(channels[i].name+".txt").ParseFS(templateFiles, "templates/"+channels[i].name+".txt")
		if err != nil {
			return nil, fmt.Errorf("read the template of %s: %w", channels[i].name, err)
		}
		t.byChannel[i] = parsed
	}
	return t, nil
}

// render is the message of a channel, to nobody yet; without templates the text as it
// came.
func (t *templates) render(channel int, l *letter) (provider.Message, error) {
	m := provider.Message{Subject: l.Subject, Text: l.Message}
	if t == nil {
		return m, nil
	}
	b := t.buffers.Get().(*bytes.Buffer)
	defer t.buffers.Put(b)
	b.Reset()
	if err := t.byChannel[channel].Execute(b, l); err != nil {
		return m, fmt.Errorf("render the template of %s: %w", channels[channel].name, err)
	}
	m.Text = b.String()
	return m, nil
}
