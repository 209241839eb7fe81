package sample

import (
	"fmt"
	"strings"
)

// What the people of the sample write about: titles are put together from these.
var (
	things = []string{
		"invoice", "order status", "customer profile", "service ticket", "modem setup", "usage report", "payment method",
		"shopping cart", "account settings", "outage map", "appointment", "voicemail", "call log", "channel guide",
		"support chat", "contract", "discount code", "delivery date", "speed test", "router firmware", "notification",
		"login page", "password reset", "address book", "price list", "warranty claim", "work order", "dispatch board",
		"coverage map", "family plan", "parental control", "data export", "search result", "dashboard", "audit trail",
	}
	wishes = []string{
		"see my %s on the phone", "change the %s without calling support", "get an email when the %s changes",
		"download the %s as a file", "share the %s with my family", "find the %s in one step", "compare the %s with last month",
		"cancel the %s online", "print the %s", "use the %s with a screen reader", "filter the list by %s", "undo a change to the %s",
	}
	personas   = []string{"a customer", "a technician", "an administrator", "a sales agent", "a new user", "a dispatcher", "a manager"}
	capability = []string{
		"%s self-service", "%s for business customers", "New %s experience", "%s on mobile", "%s analytics", "Faster %s",
		"%s accessibility (A11y)", "%s automation", "%s in all languages", "Secure %s", "%s integration", "Offline %s",
	}
	themes = []string{
		"Self-service for every customer", "One view of the customer", "Leave the old data center", "Shorter time to repair",
		"Paperless billing", "Partner portal", "Faster onboarding", "Open platform", "Zero-downtime releases",
		"Security hardening", "Field service on tablets", "Single sign-on everywhere",
	}
	failures = []string{
		"%s is empty", "%s shows the wrong date", "%s is slow (perf)", "%s loses the last entry", "%s cannot be saved",
		"%s overlaps the menu", "%s appears twice", "Error 500 on %s", "%s is cut off", "%s ignores the time zone",
		"%s forgets the filter", "%s does not scroll",
	}
	conditions = []string{
		"after sign-in", "in Safari", "on small screens", "with more than 100 rows", "in high-contrast mode", "for new accounts",
		"during the nightly import", "when the clocks change", "for names with accents", "after a timeout", "in the list view",
		"on the first of the month", "without a network", "in Korean",
	}
	chores = []string{
		"Design %s view", "Implement %s service", "Write tests for %s", "Review %s queries", "Document %s", "Migrate %s data",
		"Add telemetry to %s", "Refactor %s module", "Deploy %s to staging", "Update %s translations", "Measure %s perf",
		"Remove old %s code", "Agree on %s API", "Prepare %s demo",
	}
	checks   = []string{"%s can be opened", "%s keeps its values", "%s with invalid input", "%s with a screen reader", "%s under load"}
	troubles = []string{
		"Waiting for the %s team", "Test environment for %s is down", "No license for the %s tool", "Decision about %s is open",
		"%s expert is on leave", "Access to %s data is missing", "%s vendor does not answer",
	}
	remarks = []string{
		"I can reproduce this on the test environment.", "Let's talk about this in the planning.", "Fixed on the main branch, will be in the next build.",
		"The customer called again, please look at it this week.", "Moved, we ran out of time in this sprint.", "Estimates updated after refinement.",
		"Verified with the latest build.", "Could you add the log file?", "Depends on the new API.", "Screenshots are in the team folder.",
		"Let&#39;s split this if it gets bigger.", "Done &amp; deployed.", "확인했습니다. 다음 배포에 포함됩니다.", "Not needed any more after the redesign.",
	}
	purposes = []string{
		"Customers ask for this every week.", "Needed for the next release.", "Came up in the review with sales.", "Follow-up of the last incident.",
		"Part of the roadmap.", "Found in usability tests.",
	}
	criteria = []string{
		"works with keyboard only", "answers within two seconds", "is covered by automated tests", "keeps existing data",
		"is translated", "writes an audit entry", "works on a phone",
	}
	browsers = []string{"Edge 142, Windows 11", "Safari 19, iOS 19", "Chrome 142, Android 16", "Firefox 145, Ubuntu 24.04"}
)

// title makes up a title that fits a role.
func (d *dice) title(r role) string {
	thing := pick(d, things)
	switch r {
	case epic:
		if d.chance(500) {
			return pick(d, themes)
		}
		return sentence("%s platform", thing)
	case feature:
		return sentence(pick(d, capability), thing)
	case requirement:
		if d.chance(450) {
			return sentence(fmt.Sprintf("As %s I can %s", pick(d, personas), pick(d, wishes)), thing)
		}
		return sentence(strings.TrimPrefix(pick(d, wishes), "see my "), thing)
	case bug:
		return sentence(pick(d, failures), thing) + " " + pick(d, conditions)
	case task:
		return sentence(pick(d, chores), thing)
	case test:
		return sentence(pick(d, checks), thing)
	}
	return sentence(pick(d, troubles), thing)
}

// sentence fills in a pattern and starts it with a capital.
func sentence(pattern, thing string) string {
	s := fmt.Sprintf(pattern, thing)
	return strings.ToUpper(s[:1]) + s[1:]
}

// description is a long text in HTML.
func (d *dice) description() string {
	return fmt.Sprintf("<div>%s</div><div>It is about the %s of %s.</div>", pick(d, purposes), pick(d, things), pick(d, personas))
}

func (d *dice) acceptance() string {
	return fmt.Sprintf("<ul><li>%s</li><li>%s</li></ul>", pick(d, criteria), pick(d, criteria))
}

func (d *dice) reproduction() string {
	return fmt.Sprintf("<div>1. Open the %s.<br>2. Change something and save.<br>3. Look at it again.</div><div><b>Seen with:</b> %s</div>",
		pick(d, things), pick(d, browsers))
}

func (d *dice) testSteps() string {
	return fmt.Sprintf(`<steps id="0" last="2"><step id="1" type="ActionStep"><parameterizedString isformatted="true">Open the %s</parameterizedString>`+
		`<parameterizedString isformatted="true">It is shown</parameterizedString></step><step id="2" type="ValidateStep">`+
		`<parameterizedString isformatted="true">Save</parameterizedString><parameterizedString isformatted="true">It %s</parameterizedString></step></steps>`,
		pick(d, things), pick(d, criteria))
}

func (d *dice) remark() string { return "<div>" + pick(d, remarks) + "</div>" }
