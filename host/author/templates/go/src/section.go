// Package export_quire_report_section is the section: the reactions named in most reports.
package export_quire_report_section

import (
	"encoding/json"
	"fmt"

	wit "go.bytecodealliance.org/pkg/wit/types"
	"wit_component/quire_report_cases"
	"wit_component/quire_report_log"
	t "wit_component/quire_report_types"
)

// Params is what a report can ask for, with what it is where a report does not say.
type Params struct {
	Top uint32 `json:"top"`
}

const schema = `{"type": "object", "additionalProperties": false, "properties": {"top": {"type": "integer",
 "description": "Rows of the table.", "default": 10, "minimum": 1, "maximum": 100}}}`

// Describe is what the section says about itself.
func Describe() t.Manifest {
	return t.Manifest{Title: "Top reactions", Summary: "The reactions named in most reports.", Version: "0.1.0",
		Locales: []string{"en"}, ParamsSchema: wit.Some(schema)}
}

// Render makes the section.
func Render(context t.RenderContext, data *quire_report_cases.CaseSeries) wit.Result[t.Output, t.Failure] {
	defer data.Drop()
	params := Params{Top: 10}
	if err := json.Unmarshal([]byte(context.Params), &params); err != nil {
		return wit.Err[t.Output](t.MakeFailureInvalidParams(err.Error()))
	}
	reports := data.Len()
	if reports == 0 {
		return wit.Err[t.Output](t.MakeFailureNoData("No report was analysed."))
	}
	counted := data.CountBy("reaction", wit.Some(params.Top))
	if counted.IsErr() {
		return wit.Err[t.Output](t.MakeFailureFailed("count-by was refused"))
	}
	reactions := counted.Ok()
	quire_report_log.Write(quire_report_log.LevelInfo, fmt.Sprintf("%d reports, %d reactions", reports, reactions.Distinct))

	var names []string
	var counts []int64
	var shares []float64
	for _, row := range reactions.Rows {
		names = append(names, row.Value)
		counts = append(counts, int64(row.Reports))
		shares = append(shares, float64(row.Reports)*100/float64(reports))
	}
	table := Table("top-reactions", "Reactions named in most reports",
		Text("reaction", "Reaction", names),
		Integer("reports", "Reports", counts),
		Percent("percent", "% of reports", shares))
	table.Notes = []string{"A report that names several reactions counts once for each."}
	return wit.Ok[t.Output, t.Failure](t.Output{
		Blocks: []t.Block{
			Title("Top reactions"),
			Paragraph(fmt.Sprintf("Reports analysed: %s. Reactions listed: %s of %s, those named in most reports.",
				Count(int64(reports)), Count(int64(len(names))), Count(int64(reactions.Distinct)))),
			t.MakeBlockTable(table),
		},
		Facts: []t.Fact{Fact("distinct-reactions", int64(reactions.Distinct), "top-reactions")},
	})
}
