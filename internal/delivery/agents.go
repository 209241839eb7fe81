package delivery

import (
	"strconv"
	"time"
)

// The lines of agents. Names are those of TaskAgentJobRequest and of the snapshots themselves.
type (
	requestLine struct {
		Kind       string     `json:"kind"`
		ID         *int64     `json:"requestId"`
		Pool       *int64     `json:"poolId"`
		Definition *ref       `json:"definition"`
		Plan       string     `json:"planType"`
		Hosted     bool       `json:"isHosted"`
		Queued     time.Time  `json:"queueTime"`
		Assigned   *time.Time `json:"assignTime"`
		Finished   *time.Time `json:"finishTime"`
	}
	poolSizeLine struct {
		Kind    string    `json:"kind"`
		Pool    *int64    `json:"poolId"`
		Sampled time.Time `json:"samplingDate"`
		Online  *int64    `json:"onlineCount"`
		Offline *int64    `json:"offlineCount"`
	}
	parallelJobsLine struct {
		Kind       string    `json:"kind"`
		Sampled    time.Time `json:"samplingDate"`
		Tag        string    `json:"parallelismTag"`
		Hosted     bool      `json:"isHosted"`
		Premium    bool      `json:"isPremium"`
		Total      *int64    `json:"totalCount"`
		Minutes    *int64    `json:"totalMinutes"`
		Incomplete bool      `json:"failedToReachAllProviders"`
	}
)

func (r *requestLine) kind() Kind  { return RequestKind }
func (r *requestLine) key() string { return number(r.ID) }

func (r *requestLine) check(c *checker) {
	c.id("requestId", r.ID)
	c.id("poolId", r.Pool)
	c.ref("definition", r.Definition, false)
	c.text("planType", r.Plan, maxName)
	if r.Queued.IsZero() {
		c.fail("queueTime is missing")
	}
	c.sequence(stamp{"queueTime", &r.Queued}, stamp{"assignTime", r.Assigned}, stamp{"finishTime", r.Finished})
	if r.Finished != nil && r.Finished.Sub(r.Queued) > maxWait {
		c.fail("finishTime is more than %d days after queueTime", maxWait/(24*time.Hour))
	}
}

func (r *requestLine) needs(n *needs) { n.known(PipelineKind, r.Definition) }

func (r *requestLine) value(x *resolver) any {
	v := Request{ID: *r.ID, PoolID: *r.Pool, Plan: r.Plan, Hosted: r.Hosted, Queued: *exact(&r.Queued), Started: exact(r.Assigned), Finished: exact(r.Finished)}
	if r.Definition != nil {
		sk := x.known(PipelineKind, "definition", r.Definition)
		v.PipelineSK = &sk
	}
	if v.Finished != nil {
		v.Received = *v.Finished
	} else { // nobody knows what becomes of it
		v.Received = x.now
		if latest := v.Queued.Add(maxWait); v.Received.After(latest) {
			v.Received = latest
		}
	}
	return v
}

func (p *poolSizeLine) kind() Kind { return PoolSizeKind }
func (p *poolSizeLine) key() string {
	return number(p.Pool) + "@" + strconv.FormatInt(p.Sampled.UnixMicro(), 10)
}

func (p *poolSizeLine) check(c *checker) {
	c.id("poolId", p.Pool)
	if p.Sampled.IsZero() {
		c.fail("samplingDate is missing")
	}
	c.moment("samplingDate", &p.Sampled)
	if p.Online == nil || p.Offline == nil {
		c.fail("onlineCount and offlineCount must both be there")
	}
	c.count("onlineCount", p.Online)
	c.count("offlineCount", p.Offline)
}

func (p *poolSizeLine) needs(*needs) {}

func (p *poolSizeLine) value(*resolver) any {
	return PoolSize{Sampled: *exact(&p.Sampled), PoolID: *p.Pool, Online: *p.Online, Offline: *p.Offline}
}

func (p *parallelJobsLine) kind() Kind { return ParallelJobsKind }
func (p *parallelJobsLine) key() string {
	return digest(p.Tag, strconv.FormatBool(p.Hosted), strconv.FormatInt(p.Sampled.UnixMicro(), 10))
}

func (p *parallelJobsLine) check(c *checker) {
	if p.Sampled.IsZero() {
		c.fail("samplingDate is missing")
	}
	c.moment("samplingDate", &p.Sampled)
	c.name("parallelismTag", p.Tag)
	c.count("totalCount", p.Total)
	c.count("totalMinutes", p.Minutes)
}

func (p *parallelJobsLine) needs(*needs) {}

func (p *parallelJobsLine) value(*resolver) any {
	return ParallelJobs{Sampled: *exact(&p.Sampled), Tag: p.Tag, Hosted: p.Hosted, Premium: p.Premium, Total: p.Total, Minutes: p.Minutes, Incomplete: p.Incomplete}
}
