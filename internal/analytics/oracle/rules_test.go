package oracle

import (
	"math"
	"slices"
	"strings"
	"time"
)

// that asks for the ids of the work items that meet a condition; options stand beside it.
func that(name, filter string, accept func(w *world, r row) bool, options ...string) question {
	return question{name: name, set: "WorkItems", columns: []string{"WorkItemId"},
		query: strings.Join(append([]string{"$select=WorkItemId", "$filter=" + filter}, options...), "&"),
		want: func(w *world) [][]any {
			return ids(keep(w.sets["WorkItems"], func(r row) bool { return accept(w, r) }))
		}}
}

func timeOf(r row, name string) (time.Time, bool) {
	t, ok := r[name].(time.Time)
	return t, ok
}

func effort(r row) float64 { x, _ := r["Effort"].(float64); return x }

func some(rows any, accept func(r row) bool) int {
	list, _ := rows.([]row)
	return len(keep(list, accept))
}

// rules are one question for each rule of the language that the generated queries do not reach.
var rules = []question{
	that("in: numbers of both kinds", "Effort in (1,2.0,13)", func(_ *world, r row) bool { return slices.Contains([]float64{1, 2, 13}, effort(r)) }),
	that("in: calendar keys and absent values", "CompletedDateSK in (20220207,null,20220104)",
		func(w *world, r row) bool {
			d := day(w, r["CompletedDate"])
			return d == "2022-02-07" || d == "never" || d == "2022-01-04"
		}),
	that("in: days", "date(CreatedDate) in (2021-12-06,2022-01-18)",
		func(w *world, r row) bool {
			d := day(w, r["CreatedDate"])
			return d == "2021-12-06" || d == "2022-01-18"
		}),
	that("in: keys, with an alias and negated", "not (ProjectSK in @keys) and State in @states",
		func(_ *world, r row) bool {
			return r["ProjectSK"] != guid("56af920d-393b-4236-9a07-24439ccaa85c") && lower(r["State"]) == "new"
		},
		"@keys=(56af920d-393b-4236-9a07-24439ccaa85c)", "@states=('NEW')"),
	that("in: values of the row", "WorkItemId in (ParentWorkItemId add 1,480)",
		func(_ *world, r row) bool {
			p, ok := r["ParentWorkItemId"].(int64)
			id := r["WorkItemId"].(int64)
			return ok && id == p+1 || id == 480
		}),
	that("arithmetic binds before comparison, products before sums", "2 add WorkItemId mul 2 sub 4 div 3 eq 961 or -WorkItemId add 1 eq -478",
		func(_ *world, r row) bool { id := r["WorkItemId"].(int64); return 2+id*2-4/3 == 961 || -id+1 == -478 }),
	that("div of whole numbers truncates, divby does not, mod has the sign of the first", "-7 div 2 eq -3 and -7 mod 2 eq -1 and 7 divby 2 eq 3.5 and WorkItemId mod 100 eq 80",
		func(_ *world, r row) bool { return r["WorkItemId"].(int64)%100 == 80 }),
	that("not, and, or", "not (Priority eq 2) and State eq 'Done' or not contains(Title,'e') and Priority ne null",
		func(_ *world, r row) bool {
			p, ok := r["Priority"].(int64)
			return ok && (p != 2 && lower(r["State"]) == "done" || !strings.Contains(lower(r["Title"]), "e"))
		}),
	that("iif inside iif", "iif(Effort gt 8,'big',iif(Effort gt 2,'middle',iif(Effort eq null,'none','small'))) eq 'Middle'",
		func(_ *world, r row) bool { return effort(r) > 2 && effort(r) <= 8 }),
	that("an enum as text", "cast(StateCategory,Edm.String) eq 'inprogress' and cast(Priority eq 2,Edm.Int32) mul 5 eq 5",
		func(_ *world, r row) bool { return r["StateCategory"] == "InProgress" && r["Priority"] == int64(2) }),
	that("lambdas inside lambdas, a variable of the outer one and a count", "Children/any(c:c/Tags/any(t:t/TagName eq 'perf') and c/Children/$count eq 0 and c/State ne State)",
		func(_ *world, r row) bool {
			return some(r["Children"], func(c row) bool {
				return some(c["Tags"], func(t row) bool { return lower(t["TagName"]) == "perf" }) > 0 && some(c["Children"], func(row) bool { return true }) == 0 &&
					lower(c["State"]) != lower(r["State"])
			}) > 0
		}),
	that("all, which holds for none", "Children/all(c:c/State eq 'Done') and WorkItemType eq 'Feature'",
		func(_ *world, r row) bool {
			return some(r["Children"], func(c row) bool { return lower(c["State"]) != "done" }) == 0 && r["WorkItemType"] == "Feature"
		}),
	that("a lambda behind single navigations", "Parent/Parent/Tags/any(t:startswith(t/TagName,'C'))",
		func(_ *world, r row) bool {
			p, _ := r.at("Parent").(row)
			p, _ = p.at("Parent").(row)
			return p != nil && some(p["Tags"], func(t row) bool { return strings.HasPrefix(lower(t["TagName"]), "c") }) > 0
		}),
	that("counts with conditions, compared with each other", "Children/$count($filter=State eq 'Done' and $this/Effort gt 2) gt Children/$count($filter=Tags/any())",
		func(_ *world, r row) bool {
			return some(r["Children"], func(c row) bool { return lower(c["State"]) == "done" && effort(c) > 2 }) >
				some(r["Children"], func(c row) bool { return len(c["Tags"].([]row)) > 0 })
		}),
	that("moments that are durations apart", "CompletedDate sub CreatedDate gt duration'P200DT12H'",
		func(_ *world, r row) bool {
			from, _ := timeOf(r, "CreatedDate")
			to, ok := timeOf(r, "CompletedDate")
			return ok && to.Sub(from) > 200*24*time.Hour+12*time.Hour
		}),
	that("moments moved by durations", "ChangedDate le CreatedDate add duration'PT36H30M' and ChangedDate sub duration'PT1S' ge CreatedDate",
		func(_ *world, r row) bool {
			from, _ := timeOf(r, "CreatedDate")
			to, _ := timeOf(r, "ChangedDate")
			return !to.After(from.Add(36*time.Hour+30*time.Minute)) && !to.Add(-time.Second).Before(from)
		}),
	that("seconds of durations", "totalseconds(ChangedDate sub CreatedDate) div 3600 ge 5000 or ChangedDate sub CreatedDate eq duration'PT0S'",
		func(_ *world, r row) bool {
			from, _ := timeOf(r, "CreatedDate")
			to, _ := timeOf(r, "ChangedDate")
			return to.Sub(from).Hours() >= 5000 || to.Equal(from)
		}),
	that("parts of a moment on the local clock", "hour(CreatedDate) eq 13 and minute(CreatedDate) ge 30 and second(CreatedDate) lt 40 and fractionalseconds(CreatedDate) gt 0.25 and time(CreatedDate) lt 13:45:00 and totaloffsetminutes(CreatedDate) eq -420",
		func(w *world, r row) bool {
			t, _ := timeOf(r, "CreatedDate")
			t = t.In(w.zone)
			_, offset := t.Zone()
			return t.Hour() == 13 && t.Minute() >= 30 && t.Minute() < 45 && t.Second() < 40 && float64(t.Nanosecond())/1e9 > 0.25 && offset == -7*3600
		}),
	that("odd blanks and letter cases", "  (State  EQ\t'DONE'  And( Priority Eq 1 OR priority eq 3 ) ) ",
		func(_ *world, r row) bool {
			return lower(r["State"]) == "done" && (r["Priority"] == int64(1) || r["Priority"] == int64(3))
		}),
	{name: "spread and distinct counts by the service's own methods", set: "WorkItems", columns: []string{"WorkItemType", "D", "P", "V", "W", "S"},
		query: "$apply=groupby((WorkItemType),aggregate(Effort with ax.StandardDeviation as D,Effort with ax.StandardDeviationP as P,Effort with ax.Variance as V,Effort with ax.VarianceP as W,State with ax.ApproxCountDistinct as S))",
		want: func(w *world) (list [][]any) {
			for _, kind := range counts(w.sets["WorkItems"], "WorkItemType") {
				rows := keep(w.sets["WorkItems"], func(r row) bool { return r["WorkItemType"] == kind[0] })
				x := spread(rows, "Effort", func(row) string { return "" })[""]
				var sum, squares float64
				for _, v := range x {
					sum += v
				}
				n := float64(len(x))
				for _, v := range x {
					squares += (v - sum/n) * (v - sum/n)
				}
				line := []any{kind[0], nil, nil, nil, nil, len(counts(rows, "State"))}
				if n > 0 {
					line[2], line[4] = math.Sqrt(squares/n), squares/n
				}
				if n > 1 {
					line[1], line[3] = math.Sqrt(squares/(n-1)), squares/(n-1)
				}
				list = append(list, line)
			}
			return list
		}},
	{name: "conditions on groups, computed columns and order by them", set: "WorkItems", ordered: true, columns: []string{"State", "Half"},
		query: "$apply=groupby((State),aggregate($count as N,Priority with sum as P))/filter(N gt 20)/compute(N divby 2 as Half)&$filter=Half lt 200&$orderby=Half desc,State&$select=State,Half",
		want: func(w *world) (list [][]any) {
			for _, n := range counts(w.sets["WorkItems"], "State") {
				if half := float64(n[1].(int)) / 2; half > 10 && half < 200 {
					list = append(list, []any{n[0], half})
				}
			}
			slices.SortFunc(list, func(a, b []any) int {
				if a[1] != b[1] {
					return int(math.Copysign(1, b[1].(float64)-a[1].(float64)))
				}
				return strings.Compare(a[0].(string), b[0].(string))
			})
			return list
		}},
	{name: "sums of durations", project: "Fabrikam Fiber", set: "WorkItems", columns: []string{"WorkItemType", "Hours"},
		query: "$apply=groupby((WorkItemType),aggregate(totalseconds(ChangedDate sub CreatedDate) div 3600 with sum as Hours))",
		want: func(w *world) (list [][]any) {
			for _, kind := range counts(w.sets["WorkItems"], "WorkItemType") {
				hours := 0.0
				for _, r := range w.sets["WorkItems"] {
					if from, _ := timeOf(r, "CreatedDate"); r["WorkItemType"] == kind[0] {
						to, _ := timeOf(r, "ChangedDate")
						hours += to.Sub(from).Hours()
					}
				}
				list = append(list, []any{kind[0], hours})
			}
			return list
		}},
	{name: "numbers of expanded rows alone, beside expanded ones", project: "Fabrikam Fiber", set: "WorkItems", columns: []string{"WorkItemId", "Children@odata.count", "Tags@odata.count"},
		query: "$filter=Children/any()&$select=WorkItemId&$expand=Children/$count($filter=State eq @s),Tags/$count&@s='done'",
		want: func(w *world) (list [][]any) {
			for _, r := range w.sets["WorkItems"] {
				if some(r["Children"], func(row) bool { return true }) > 0 {
					list = append(list, []any{r["WorkItemId"], some(r["Children"], func(c row) bool { return lower(c["State"]) == "done" }), len(r["Tags"].([]row))})
				}
			}
			return list
		}},
	{name: "expand in $apply", project: "Fabrikam Fiber", set: "WorkItems", columns: []string{"WorkItemId", "n"},
		query: "$apply=filter(WorkItemType eq 'Feature')/expand(Tags,filter(TagName ne 'Perf'))&$select=WorkItemId&$count=true&$filter=WorkItemId ge 0 and Children/$count gt 1",
		want: func(w *world) (list [][]any) {
			for _, r := range w.sets["WorkItems"] {
				if r["WorkItemType"] == "Feature" && some(r["Children"], func(row) bool { return true }) > 1 {
					list = append(list, []any{r["WorkItemId"], absent})
				}
			}
			return list
		}},
}
