package project

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// parseRules reads the notation of the process files:
//
//	rules     = [condition ": "] rule {", " rule}
//	condition = ("when" | "whenNot" | "whenWas") field "=" string | ("whenChanged" | "whenNotChanged" | "whenCreated") field
//	rule      = "required" | "readonly" | "frozen" | "empty" | "validUser"
//	          | ("allowed" | "suggested" | "prohibited") "[" string {", " string} "]"
//	          | "set" string | "default" (string | source) | ("copy" | "serverDefault") source
//	source    = "currentUser" | "now" | "field" field
//
// A condition holds for every rule after it. The function field finds a field by reference name.
func parseRules(text string, field func(string) *Field) ([]Rule, error) {
	p := &ruleParser{rest: text, field: field}
	rules, err := p.rules()
	if err != nil {
		return nil, fmt.Errorf("rule %q, before %q: %w", text, p.rest, err)
	}
	return rules, nil
}

type ruleParser struct {
	rest  string
	field func(string) *Field
}

func (p *ruleParser) rules() ([]Rule, error) {
	word := p.word()
	var when *Condition
	if kind := slices.Index(conditionWords[:], word); kind > 0 {
		var err error
		if when, err = p.condition(ConditionKind(kind)); err != nil {
			return nil, err
		}
		word = p.word()
	}
	var rules []Rule
	for {
		rule, err := p.rule(word)
		if err != nil {
			return nil, err
		}
		rule.When = when
		rules = append(rules, rule)
		if p.rest == "" {
			return rules, nil
		}
		if err := p.expect(","); err != nil {
			return nil, err
		}
		word = p.word()
	}
}

func (p *ruleParser) condition(kind ConditionKind) (*Condition, error) {
	c := &Condition{Kind: kind}
	var err error
	if c.Field, err = p.fieldName(); err != nil {
		return nil, err
	}
	if kind == WhenEquals || kind == WhenNotEquals || kind == WhenWas {
		if err := p.expect("="); err != nil {
			return nil, err
		}
		if c.Value, err = p.quoted(); err != nil {
			return nil, err
		}
	}
	return c, p.expect(":")
}

func (p *ruleParser) rule(word string) (Rule, error) {
	if word == setWord {
		value, err := p.quoted()
		return Rule{Kind: RuleCopy, Source: SourceLiteral, Value: value}, err
	}
	kind := slices.Index(ruleWords[:], word)
	if kind <= 0 {
		return Rule{}, fmt.Errorf("unknown word %q", word)
	}
	rule := Rule{Kind: RuleKind(kind)}
	var err error
	switch rule.Kind {
	case RuleAllowed, RuleSuggested, RuleProhibited:
		rule.Values, err = p.list()
	case RuleDefault:
		if strings.HasPrefix(p.rest, `"`) {
			rule.Source = SourceLiteral
			rule.Value, err = p.quoted()
			break
		}
		err = p.source(&rule)
	case RuleCopy, RuleServerDefault:
		err = p.source(&rule)
	}
	return rule, err
}

func (p *ruleParser) source(rule *Rule) error {
	word := p.word()
	source := slices.Index(sourceWords[:], word)
	if word == "" || source < 0 {
		return fmt.Errorf("unknown source %q", word)
	}
	rule.Source = ValueSource(source)
	var err error
	if rule.Source == SourceField {
		rule.From, err = p.fieldName()
	}
	return err
}

func (p *ruleParser) list() ([]string, error) {
	if err := p.expect("["); err != nil {
		return nil, err
	}
	var values []string
	for {
		value, err := p.quoted()
		if err != nil {
			return nil, err
		}
		values = append(values, value)
		if strings.HasPrefix(p.rest, "]") {
			return values, p.expect("]")
		}
		if err := p.expect(","); err != nil {
			return nil, err
		}
	}
}

func (p *ruleParser) fieldName() (*Field, error) {
	name := p.word()
	f := p.field(name)
	if f == nil {
		return nil, fmt.Errorf("unknown field %q", name)
	}
	return f, nil
}

// word takes letters, digits and dots: the words of the notation and reference names.
func (p *ruleParser) word() string {
	end := strings.IndexFunc(p.rest, func(r rune) bool {
		return r != '.' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	if end < 0 {
		end = len(p.rest)
	}
	return p.take(end)
}

func (p *ruleParser) quoted() (string, error) {
	prefix, err := strconv.QuotedPrefix(p.rest)
	if err != nil || prefix[0] != '"' {
		return "", fmt.Errorf("expected a quoted value")
	}
	p.take(len(prefix))
	return strconv.Unquote(prefix)
}

func (p *ruleParser) expect(token string) error {
	if !strings.HasPrefix(p.rest, token) {
		return fmt.Errorf("expected %q", token)
	}
	p.take(len(token))
	return nil
}

// take removes n bytes and the blanks behind them.
func (p *ruleParser) take(n int) string {
	taken := p.rest[:n]
	p.rest = strings.TrimLeft(p.rest[n:], " ")
	return taken
}
