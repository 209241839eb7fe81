package edm

import (
	"slices"
	"strconv"
	"strings"
)

// Member is the member of that name, exact spelling before any other letter case, or nil.
func (e *EnumType) Member(name string) *EnumMember {
	return find(pointers(e.Members), name, func(m *EnumMember) string { return m.Name })
}

// ByValue is the member with exactly that value, or nil. A sum of flags has none, except where the type names it.
func (e *EnumType) ByValue(value int64) *EnumMember {
	if i := slices.IndexFunc(e.Members, func(m EnumMember) bool { return m.Value == value }); i >= 0 {
		return &e.Members[i]
	}
	return nil
}

// Parse reads the text of an enum literal: a member's name or number or, of a flags type, several of them separated by
// commas ("Day, Month"). It refuses numbers that no member and no sum of members has.
func (e *EnumType) Parse(literal string) (value int64, ok bool) {
	parts := strings.Split(literal, ",")
	if len(parts) > 1 && !e.Flags {
		return 0, false
	}
	for _, part := range parts {
		v, ok := e.parseOne(strings.TrimSpace(part))
		if !ok {
			return 0, false
		}
		value |= v
	}
	return value, true
}

func (e *EnumType) parseOne(part string) (int64, bool) {
	if m := e.Member(part); m != nil {
		return m.Value, true
	}
	v, err := strconv.ParseInt(part, 10, 64)
	if err != nil {
		return 0, false
	}
	return v, e.ByValue(v) != nil || e.Flags && v&^e.mask() == 0
}

func (e *EnumType) mask() (all int64) {
	for _, m := range e.Members {
		all |= m.Value
	}
	return all
}

// Format is the text of a value in a row: the name of the member that has it ("None", "Day" and, for the sum of every
// period, "All") or else, of a flags type, the names of its flags in the order of their values ("Day, Month"). A value
// without a name is written as a number, so that damaged data stays visible; Parse reads everything else back.
func (e *EnumType) Format(value int64) string {
	if m := e.ByValue(value); m != nil {
		return m.Name
	}
	if !e.Flags || value&^e.mask() != 0 {
		return strconv.FormatInt(value, 10)
	}
	var names []string
	for _, m := range e.Members {
		if m.Value != 0 && value&m.Value == m.Value {
			names = append(names, m.Name)
		}
	}
	return strings.Join(names, ", ")
}
