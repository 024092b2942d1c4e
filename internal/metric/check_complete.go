package metric

var checkComplete = Check{
	ID:      "raw-requests",
	Doc:     "every request sent is in the record",
	Invalid: "any missing",
	run: func(f *facts) (Level, string, bool) {
		if f.broken == "" {
			return OK, "", false
		}
		return Invalid, "the raw requests are incomplete: " + f.broken, false
	},
}
