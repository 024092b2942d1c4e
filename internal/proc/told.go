package proc

import (
	"encoding/json"
	"fmt"
	"os"
)

// StartTold starts a process that is told what to do by one line of JSON on its
// standard input, and returns it with its standard output. Stdin and Stdout of s
// are not looked at.
func (g *Guardian) StartTold(s Spec, told any) (*Process, *os.File, error) {
	line, err := json.Marshal(told)
	if err != nil {
		return nil, nil, fmt.Errorf("start %s: %w", s.Args[0], err)
	}
	in, write, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("start %s: %w", s.Args[0], err)
	}
	defer in.Close()
	defer write.Close()
	s.Stdin = in
	p, out, err := g.StartHeard(s)
	if err != nil {
		return nil, nil, err
	}
	if _, err := write.Write(append(line, '\n')); err != nil {
		out.Close()
		p.Kill()
		return nil, nil, fmt.Errorf("tell %s what to do: %w", s.Args[0], err)
	}
	return p, out, nil
}

// StartHeard starts a process and returns it with its standard output. Stdout of
// s is not looked at.
func (g *Guardian) StartHeard(s Spec) (*Process, *os.File, error) {
	out, write, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("start %s: %w", s.Args[0], err)
	}
	defer write.Close()
	s.Stdout = write
	p, err := g.Start(s)
	if err != nil {
		out.Close()
		return nil, nil, err
	}
	return p, out, nil
}
