package metric

var checkComplete = Check{
	ID:      "raw-requests",
	Doc:     "every request sent is in the record",
	Invalid: "any missing",
	run: func(f *facts) result {
		if f.broken == "" {
			return fine()
		}
		return found(Invalid, "the raw requests are incomplete: %s", f.broken)
	},
}
