package project

import "testing"

func TestFits(t *testing.T) {
	for _, c := range []struct {
		name, pattern string
		want          bool
	}{
		{"System.Process Template", "system.process template", true}, {"Alpha", "Alph", false}, {"Alpha", "*", true},
		{"Alpha", "*pha", true}, {"Alpha", "al*a", true}, {"Alpha", "al*l", false}, {"Alpha", "*l*h*", true},
		{"Alpha", "*h*l*", false}, {"Aa", "aa*a", false}, {"Aaa", "a*a*a", true}, {"Aa", "a*a*a", false}, {"", "*", true},
	} {
		if got := fits(c.name, c.pattern); got != c.want {
			t.Errorf("%q fits %q: %t", c.name, c.pattern, got)
		}
	}
}
