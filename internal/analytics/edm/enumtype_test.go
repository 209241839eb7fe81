package edm

import "testing"

func TestEnumType_Parse(t *testing.T) {
	tests := []struct {
		enum    Type
		literal string
		want    int64
		ok      bool
	}{
		{period, "Month", 256, true},
		{period, "month", 256, true},
		{period, "Day, Month", 257, true},
		{period, "Day,Month , Year", 1281, true},
		{period, "None", 0, true},
		{period, "All", 2047, true},
		{period, "257", 257, true},
		{period, "Day,256", 257, true},
		{period, "0", 0, true},
		{period, "2048", 0, false},
		{period, "-1", 0, false},
		{period, "Fortnight", 0, false},
		{period, "Day,", 0, false},
		{period, "", 0, false},
		{testOutcome, "Passed", 2, true},
		{testOutcome, "2", 2, true},
		{testOutcome, "Passed,Failed", 0, false},
		{testOutcome, "99", 0, false},
		{pipelineRunOutcome, "Failed", 8, true},
		{testResultState, "Unspecified", 0, true},
		{testRunType, "0", 0, false},
	}
	for _, test := range tests {
		got, ok := test.enum.Enum.Parse(test.literal)
		if ok != test.ok || ok && got != test.want {
			t.Errorf("%v Parse(%q) = %d, %v, want %d, %v", test.enum, test.literal, got, ok, test.want, test.ok)
		}
	}
}

func TestEnumType_Format(t *testing.T) {
	tests := []struct {
		enum  Type
		value int64
		want  string
	}{
		{period, 0, "None"},
		{period, 1, "Day"},
		{period, 3, "Day, WeekEndingOnSunday"},
		{period, 257, "Day, Month"},
		{period, 2047, "All"},
		{period, 2046, "WeekEndingOnSunday, WeekEndingOnMonday, WeekEndingOnTuesday, WeekEndingOnWednesday, " +
			"WeekEndingOnThursday, WeekEndingOnFriday, WeekEndingOnSaturday, Month, Quarter, Year"},
		{period, 4096, "4096"},
		{testOutcome, 2, "Passed"},
		{testOutcome, 77, "77"},
		{userType, 0, "Unknown"},
		{pipelineRunReason, 3, "3"},
	}
	for _, test := range tests {
		if got := test.enum.Enum.Format(test.value); got != test.want {
			t.Errorf("%v Format(%d) = %q, want %q", test.enum, test.value, got, test.want)
		}
	}
}

func TestEnumType_EveryPeriodReadsBack(t *testing.T) {
	for value := range int64(2048) {
		text := period.Enum.Format(value)
		if got, ok := period.Enum.Parse(text); !ok || got != value {
			t.Fatalf("%d is written %q and read as %d, %v", value, text, got, ok)
		}
	}
}

func TestEnumType_Members(t *testing.T) {
	if m := period.Enum.Member("Quarter"); m == nil || m.Value != 512 || period.Enum.ByValue(512) != m {
		t.Errorf("Quarter = %+v", m)
	}
	if m := period.Enum.ByValue(3); m != nil {
		t.Errorf("ByValue(3) = %+v, want none", m)
	}
	if m := boardColumnSplit.Enum.Member("unknown"); m == nil || m.Display != "Unknown (not split)" {
		t.Errorf("unknown = %+v", m)
	}
}
