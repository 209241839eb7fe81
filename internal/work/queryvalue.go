package work

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
	"boardwalk/internal/wiql"
)

func (x *search) wrongValue(f *project.Field, v wiql.Value) error {
	near := v.Text
	switch v.Kind {
	case wiql.Macro:
		near = "@" + near
	case wiql.FieldValue:
		near = "[" + v.Field.Name + "]"
	}
	return refuse(near, "The value cannot be compared with the field %s.", f.ReferenceName)
}

// text is a value for a field of text.
func (x *search) text(f *project.Field, v wiql.Value) (string, error) {
	switch v.Kind {
	case wiql.String, wiql.Number, wiql.Bool:
		return v.Text, nil
	case wiql.Macro:
		switch {
		case v.Text == "me":
			return x.c.User.DisplayName, nil
		case v.Text == "project" && x.project != nil:
			return x.project.Name, nil
		case v.Text == "project":
			return "", refuse("@project", "The macro needs a project in the URL.")
		}
	}
	return "", x.wrongValue(f, v)
}

// number is a value for a field of numbers.
func (x *search) number(f *project.Field, v wiql.Value) (sqlgen.Expr, error) {
	if v.Kind == wiql.Macro || v.Kind == wiql.FieldValue || v.Kind == wiql.Bool {
		return nil, x.wrongValue(f, v)
	}
	s := strings.TrimSpace(v.Text)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return number(n), nil
	}
	d, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(d) || math.IsInf(d, 0) {
		return nil, x.wrongValue(f, v)
	}
	return sqlgen.Param{Value: d, Type: sqlgen.Double}, nil
}

// date is the moment or, unless precise is set, the day that a value means: from its beginning until that of the next.
// Days are those of the organization's time zone.
func (x *search) date(v wiql.Value, precise bool) (from, until time.Time, err error) {
	var at time.Time
	switch v.Kind {
	case wiql.String:
		var timed, ok bool
		if at, timed, ok = parseDate(v.Text, x.zone); !ok {
			return from, until, refuse("'"+v.Text+"'", "Expecting a date such as '2026-11-22'.")
		}
		if timed && !precise {
			return from, until, timeRefused(v)
		}
	case wiql.Macro:
		if at, err = x.dateMacro(v); err != nil {
			return from, until, err
		}
		at = at.In(x.zone)
	default:
		return from, until, refuse(v.Text, "Expecting a date such as '2026-11-22'.")
	}
	if at.Year() < 1 || at.Year() > 9999 {
		return from, until, refuse(v.Text, "The date is out of range.")
	}
	if precise {
		return at, at, nil
	}
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, x.zone), time.Date(y, m, d+1, 0, 0, 0, 0, x.zone), nil
}

// parseDate reads a date as clients and people write it; without an offset it is meant in a zone. timed reports whether
// it has a time of day.
func parseDate(s string, zone *time.Location) (at time.Time, timed, ok bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04",
		"2006-01-02 15:04:05.999999999", "2006-01-02 15:04", time.DateOnly, "2006/1/2", "1/2/2006", "1/2/2006 15:04:05", "1/2/2006 15:04",
		"1/2/2006 3:04:05 PM", "1/2/2006 3:04 PM", time.RFC1123, time.RFC1123Z} {
		if at, err := time.ParseInLocation(layout, strings.TrimSpace(s), zone); err == nil {
			h, m, sec := at.Clock()
			return at, h+m+sec+at.Nanosecond() > 0, true
		}
	}
	return at, false, false
}

// dateMacro is the moment a macro means.
func (x *search) dateMacro(v wiql.Value) (time.Time, error) {
	y, m, d := x.e.now.In(x.zone).Date()
	var unit byte
	switch v.Text {
	case "today", "startofday":
		unit = 'd'
	case "startofweek":
		d -= int(time.Date(y, m, d, 0, 0, 0, 0, x.zone).Weekday())
		unit = 'w'
	case "startofmonth":
		d, unit = 1, 'M'
	case "startofyear":
		m, d, unit = 1, 1, 'y'
	default:
		return time.Time{}, refuse("@"+v.Text, "The macro is no date.")
	}
	at := shift(time.Date(y, m, d, 0, 0, 0, 0, x.zone), v.Offset, unit)
	if len(v.Args) > 1 || len(v.Args) == 1 && v.Text == "today" {
		return at, refuse("@"+v.Text, "The macro takes no such argument.")
	}
	if len(v.Args) == 1 {
		arg := strings.TrimSpace(v.Args[0]) // "+1M"
		if arg != "" && strings.IndexByte("yMwdhm", arg[len(arg)-1]) >= 0 {
			arg, unit = arg[:len(arg)-1], arg[len(arg)-1]
		}
		n, err := strconv.Atoi(arg)
		if err != nil || n > 100_000 || n < -100_000 {
			return at, refuse("'"+v.Args[0]+"'", "Expecting a modifier such as '+3d'.")
		}
		at = shift(at, n, unit)
	}
	return at, nil
}

// shift moves a moment by years, months, weeks, days, hours or minutes.
func shift(at time.Time, n int, unit byte) time.Time {
	switch unit {
	case 'y':
		return at.AddDate(n, 0, 0)
	case 'M':
		return at.AddDate(0, n, 0)
	case 'w':
		return at.AddDate(0, 0, 7*n)
	case 'h':
		return at.Add(time.Duration(n) * time.Hour)
	case 'm':
		return at.Add(time.Duration(n) * time.Minute)
	}
	return at.AddDate(0, 0, n)
}

// teamOf is the team that a macro is about: its argument's, or that of the URL.
func (x *search) teamOf(v wiql.Value) (*project.Team, error) {
	if len(v.Args) == 0 {
		if x.team == nil {
			name := "@CurrentIteration"
			if v.Text == "teamareas" {
				name = "@TeamAreas"
			}
			return nil, refuse(name, "VS402612: The macro '%s' is not supported without a team context.", name)
		}
		return x.team, nil
	}
	name, _, _ := strings.Cut(v.Args[0], " <id:") // the service adds the id to what it keeps
	projectName, teamName, ok := strings.Cut(strings.TrimPrefix(name, "["), `]\`)
	if p, err := readable(x.e.catalog, x.c, projectName); ok && err == nil {
		if t := p.FindTeam(teamName); t != nil {
			return t, nil
		}
	}
	return nil, refuse("'"+v.Args[0]+"'", "The team does not exist.")
}

// currentIteration is the iteration of a team that holds today, or one before or behind it.
func (x *search) currentIteration(v wiql.Value) (*project.Node, error) {
	t, err := x.teamOf(v)
	if err != nil {
		return nil, err
	}
	var list []*project.Node
	for _, n := range t.Iterations {
		if n.Start != nil && n.Finish != nil {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, func(a, b *project.Node) int { return a.Start.Compare(*b.Start) })
	y, m, d := x.e.now.In(x.zone).Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.UTC) // as the days of iterations are kept
	at := slices.IndexFunc(list, func(n *project.Node) bool { return !today.Before(*n.Start) && !today.After(*n.Finish) })
	if at < 0 || at+v.Offset < 0 || at+v.Offset >= len(list) {
		return nil, refuse("@"+v.Text, "The team %s has no such iteration.", t.Name)
	}
	return list[at+v.Offset], nil
}
