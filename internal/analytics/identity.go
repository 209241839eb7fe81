package analytics

import (
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/odata"
)

// identity is what full control information tells of an entity besides its values: its type, and links made from its
// key. The links name the entity for clients that keep entities apart by them; asked for, they are refused like every
// path with a key.
type identity struct {
	typ   string // `"@odata.type":"#….WorkItem",`
	set   string
	key   []member
	links []string // navigations that are not expanded, unless $select leaves them out
}

// identity adds the key columns of a row.
func (b *binder) identity(r *row, q *odata.Query, w *selection, o *object, c *columns) (*identity, error) {
	id := &identity{typ: `"@odata.type":` + quoted("#"+edm.ModelNamespace+"."+r.typ.Name) + ",", set: r.typ.Set}
	for _, name := range r.typ.Key {
		m, err := c.member(name, r.property(r.typ.Property(name)))
		if err != nil {
			return nil, err
		}
		id.key = append(id.key, m)
	}
	expanded := map[string]bool{}
	for _, m := range o.members {
		expanded[m.name] = m.kind >= encodeObject
	}
	for _, n := range r.typ.Navigation {
		if !expanded[n.Name] && (len(q.Select) == 0 || w.has(n.Name)) {
			id.links = append(id.links, n.Name)
		}
	}
	return id, nil
}

// identify writes type, id and edit link of row i and returns its URL.
func (e *encoder) identify(id *identity, v []db.Vector, i int) (address string) {
	address = e.root + "/" + id.set + "(" + id.text(v, i) + ")"
	e.buf = append(append(e.buf, id.typ...), `"@odata.id":`...)
	e.text([]byte(address))
	e.buf = append(e.buf, `,"@odata.editLink":`...)
	e.text([]byte(address))
	return address
}

// text is the key of row i as it stands in URLs.
func (id *identity) text(v []db.Vector, i int) string {
	parts := make([]string, len(id.key))
	for k := range id.key {
		m := &id.key[k]
		if len(id.key) > 1 {
			parts[k] = m.name + "="
		}
		parts[k] += url.PathEscape(keyLiteral(m, &v[m.column], i))
	}
	return strings.Join(parts, ",")
}

func keyLiteral(m *member, v *db.Vector, i int) string {
	if v.Null(i) {
		return "null"
	}
	switch m.kind {
	case encodeText:
		return "'" + strings.ReplaceAll(string(v.Text(i)), "'", "''") + "'"
	case encodeKey:
		if id := m.keys.guid(v.Int(i)); id != nil {
			return guidText(*id)
		}
		return "null"
	case encodeGUID:
		return guidText(v.UUID(i))
	case encodeBool:
		return strconv.FormatBool(v.Int(i) != 0)
	case encodeMoment, encodeMomentUTC:
		return string(append(appendClock(nil, v.Int(i)), 'Z'))
	default:
		return strconv.FormatInt(v.Int(i), 10)
	}
}

func guidText(id [16]byte) string {
	digits := hex.EncodeToString(id[:])
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}

// navigationLinks writes the links of a navigation of the entity with this address, a comma behind each.
func (e *encoder) navigationLinks(address, name string) {
	e.text([]byte(name + "@odata.associationLink"))
	e.buf = append(e.buf, ':')
	e.text([]byte(address + "/" + name + "/$ref"))
	e.buf = append(e.buf, ',')
	e.text([]byte(name + "@odata.navigationLink"))
	e.buf = append(e.buf, ':')
	e.text([]byte(address + "/" + name))
	e.buf = append(e.buf, ',')
}
