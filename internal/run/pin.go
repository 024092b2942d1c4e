package run

import "github.com/notifybench/notifybench/internal/proc"

// pin binds this process to cores, none: leaves it free. What it returns gives the
// cores back: whatever a later run in this process starts would inherit them, and what
// shares all cores there would sit on one.
func pin(cores []int) (unpin func() error, err error) {
	if len(cores) == 0 {
		return func() error { return nil }, nil
	}
	all, err := proc.UsableCPUs()
	if err != nil {
		return nil, err
	}
	if err := proc.PinSelf(cores); err != nil {
		return nil, err
	}
	return func() error { return proc.PinSelf(all) }, nil
}
