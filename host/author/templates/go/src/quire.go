package export_quire_report_section

import (
	"strconv"

	wit "go.bytecodealliance.org/pkg/wit/types"
	t "wit_component/quire_report_types"
)

// What a section is made with. The contract itself is in wit/. This file is yours: add to it.

// Title is the section's own heading.
func Title(text string) t.Block { return heading(1, text) }

// Heading is one below the title.
func Heading(text string) t.Block { return heading(2, text) }

func heading(level uint8, text string) t.Block {
	return t.MakeBlockHeading(t.Heading{Level: level, Text: text, Anchor: wit.None[string]()})
}

// Span is a run of plain text.
func Span(text string) t.Span {
	return t.Span{Text: text, Href: wit.None[string](), Footnote: wit.None[string]()}
}

// Paragraph is running text.
func Paragraph(text string) t.Block {
	return t.MakeBlockParagraph(t.Paragraph{Spans: []t.Span{Span(text)}})
}

// Table has columns of equal length.
func Table(id, caption string, columns ...t.TableColumn) t.Table {
	return t.Table{Id: id, Caption: []t.Span{Span(caption)}, Columns: columns, PrintRows: wit.None[uint32]()}
}

// Text is a column of words.
func Text(key, title string, cells []string) t.TableColumn {
	return column(key, title, t.AlignStart, wit.None[uint8](), t.MakeCellsText(cells))
}

// Integer is a column of counts.
func Integer(key, title string, cells []int64) t.TableColumn {
	return column(key, title, t.AlignEnd, wit.None[uint8](), t.MakeCellsInteger(cells))
}

// Percent is a column of percentages; 12.5 means 12.5 %.
func Percent(key, title string, cells []float64) t.TableColumn {
	return column(key, title, t.AlignEnd, wit.Some[uint8](1), t.MakeCellsPercent(cells))
}

func column(key, title string, align t.Align, decimals wit.Option[uint8], cells t.Cells) t.TableColumn {
	return t.TableColumn{Key: key, Title: title, Unit: wit.None[string](), Align: align, Decimals: decimals, Cells: cells}
}

// Fact is something that a narrative may say; source is the table that shows it.
func Fact(key string, value int64, source string) t.Fact {
	return t.Fact{Key: key, Value: t.MakeFactValueInteger(value), Unit: wit.None[string](), Source: wit.Some(source)}
}

// Count writes 12345 as the report prints it, 12,345.
func Count(number int64) string {
	digits := strconv.FormatInt(number, 10)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
