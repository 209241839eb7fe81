package analytics

import (
	"fmt"
	"sync"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/sqlgen"

	"github.com/google/uuid"
)

// dimensionCache keeps, for each organization, the GUIDs that integer keys stand for. Joining every dimension to every
// page costs more than the page; a key never stands for another GUID, so what is known stays true.
type dimensionCache struct {
	mu    sync.Mutex
	known map[int64]*dimensions
}

func (c *dimensionCache) of(org int64) *dimensions {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[int64]*dimensions{}
	}
	if c.known[org] == nil {
		c.known[org] = &dimensions{tables: map[string]keyed{}}
	}
	return c.known[org]
}

// dimensions are the keys of one organization. It is safe for concurrent use.
type dimensions struct {
	mu     sync.Mutex
	tables map[string]keyed
}

// keyed maps the keys of a dimension, from first on, to GUIDs. It is never changed once it is filled.
type keyed struct {
	first int64
	guids []uuid.UUID // the zero GUID for keys without one
}

// guid is the GUID of a key, or nil.
func (k *keyed) guid(key int64) *[16]byte {
	if i := key - k.first; i >= 0 && i < int64(len(k.guids)) && k.guids[i] != uuid.Nil {
		return (*[16]byte)(&k.guids[i])
	}
	return nil
}

// keysOf is where the keys of a dimension will be found when the answer is written.
func (c *columns) keysOf(d *edm.Dimension) *keyed {
	if c.keyed[d] == nil {
		c.keyed[d] = &keyed{}
	}
	return c.keyed[d]
}

// load fills in the keys that an answer needs, reading the tables that have grown.
func (d *dimensions) load(s *db.Session, wanted map[*edm.Dimension]*keyed) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for dimension, into := range wanted {
		t := sqlgen.Quote(dimension.Table)
		known, key := d.tables[dimension.Table], sqlgen.Quote(dimension.Key)
		last, err := s.Int("SELECT coalesce(max(" + key + "), 0) FROM " + t)
		if err != nil {
			return fmt.Errorf("look at %s: %w", dimension.Table, err)
		}
		if last >= known.first+int64(len(known.guids)) {
			if known, err = readKeys(s, "SELECT "+key+", "+sqlgen.Quote(dimension.GUID)+" FROM "+t+" ORDER BY 1", last); err != nil {
				return fmt.Errorf("read %s: %w", dimension.Table, err)
			}
			d.tables[dimension.Table] = known
		}
		*into = known
	}
	return nil
}

func readKeys(s *db.Session, sql string, last int64) (k keyed, err error) {
	result, err := s.Query(sql)
	if err != nil {
		return k, err
	}
	defer result.Close()
	for result.Next() {
		for i := range result.Rows {
			key := result.Vectors[0].Int(i)
			if k.guids == nil {
				k.first, k.guids = key, make([]uuid.UUID, last-key+1)
			}
			k.guids[key-k.first] = result.Vectors[1].UUID(i)
		}
	}
	return k, result.Err()
}
