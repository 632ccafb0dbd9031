"""What a section is made with: blocks that the host takes as they are, facts, parameters with their schema, and
failures that say what is wrong. The contract itself is in wit/. This file is yours: add to it."""
import json
import math
import re
import traceback
from dataclasses import dataclass, field

from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import log as _log
from wit_world.imports import types as t


class NoData(Exception):
    """There is nothing to show; the words say why, and are printed."""


class InvalidParams(Exception):
    """The parameters fit the schema, but not each other."""


class Log:
    """Lines for you and the administrator; readers never see them. `print` is kept, too."""

    def debug(self, message):
        _log.write(_log.Level.DEBUG, message)

    def info(self, message):
        _log.write(_log.Level.INFO, message)

    def warn(self, message):
        _log.write(_log.Level.WARN, message)


log = Log()


# Parameters

def integer(description, default, **bounds):
    """A whole number; `minimum` and `maximum` as JSON Schema knows them."""
    return {"type": "integer", "description": description, "default": default, **bounds}


def number(description, default, **bounds):
    """A number; `minimum` and `maximum` as JSON Schema knows them."""
    return {"type": "number", "description": description, "default": default, **bounds}


def text(description, default, **bounds):
    """A text; `enum` lists what it can be."""
    return {"type": "string", "description": description, "default": default, **bounds}


def flag(description, default):
    """Yes or no."""
    return {"type": "boolean", "description": description, "default": default}


@dataclass
class About:
    """What a section says about itself."""

    title: str
    summary: str
    version: str
    locales: list = field(default_factory=lambda: ["en"])
    params: dict = field(default_factory=dict)


@dataclass
class Request:
    """What a section is made from: parameters by name, the contract's context, and the analysed reports."""

    params: dict
    context: t.RenderContext
    data: object


def section(about, render):
    """A section, as the host calls it: `Section = section(About(…), render)`. What is raised in `render` reaches you
    with its place in the code."""

    class Section(exports.Section):
        def describe(self):
            schema = {"type": "object", "additionalProperties": False, "properties": about.params}
            return t.Manifest(about.title, about.summary, about.version, about.locales,
                              json.dumps(schema) if about.params else None, [])

        def render(self, context, data):
            params = {name: param["default"] for name, param in about.params.items()}
            params.update(json.loads(context.params))
            try:
                with data:
                    return render(Request(params, context, data)).output()
            except NoData as error:
                raise Err(t.Failure_NoData(str(error)))
            except InvalidParams as error:
                raise Err(t.Failure_InvalidParams(str(error)))
            except Err as error:
                raise Err(t.Failure_Failed(f"a query was refused: {error.value}\n{traceback.format_exc()}"))

    return Section


# Blocks

class Content:
    """A section in the making."""

    def __init__(self, title):
        self._blocks, self._facts, self._ids = [], [], set()
        self._heading(1, title)

    def heading(self, words):
        """A heading below the section's own."""
        self._heading(2, words)

    def subheading(self, words):
        """A heading below `heading`."""
        self._heading(3, words)

    def paragraph(self, *parts):
        """Running text: words, or spans."""
        self._paragraph(t.Marker.NONE, parts)

    def bullet(self, *parts):
        """An item of a list."""
        self._paragraph(t.Marker.BULLET, parts)

    def table(self, id, caption, columns, notes=(), print_rows=None, marks=()):
        """A table. Columns are made by `Column`, and equally long; `marks` are `(row, t.RowRole.TOTAL)`."""
        self._name(id)
        rows = [len(column.cells.value) for column in columns]
        if len(set(rows)) > 1:
            raise ValueError(f"columns of table {id} have {rows} cells")
        marks = [t.RowMark(row, role, 0) for row, role in marks]
        self._blocks.append(t.Block_Table(t.Table(
            id, [span(caption)], list(columns), marks, print_rows, [clean(note) for note in notes], [])))

    def chart(self, kind, id, caption, alt, x, y, positions, series, lines=()):
        """A chart. `alt` is what a reader who cannot see it should learn; `x` and `y` are `axis(…)`, `positions`
        names, numbers or `days(…)`, `series` each `line(…)`, `lines` `(at, label)` of reference lines."""
        self._name(id)
        for one in series:
            ends = one.interval or ()
            for values in (one.values, *ends):
                if len(values) != len(positions):
                    raise ValueError(f"series {one.name} of chart {id} has {len(values)} values "
                                     f"for {len(positions)} positions")
        lines = [t.ReferenceLine(float(at), False, label) for at, label in lines]
        self._blocks.append(t.Block_Chart(t.Chart(
            id, kind, [span(caption)], clean(alt), x, y, _positions(positions), list(series), lines, [])))

    def callout(self, tone, title, words):
        """A boxed remark; `tone` is one of `t.Tone`."""
        body = [t.Paragraph([span(words)], t.Marker.NONE, 0)]
        self._blocks.append(t.Block_Callout(t.Callout(tone, clean(title), body, [])))

    def fact(self, key, value, unit=None, source=None, percent=False):
        """Something that a narrative may say: a whole number, a number, a percentage or a text. `source` is the
        table or chart that shows it."""
        _named(key)
        if any(known.key == key for known in self._facts):
            raise ValueError(f"the fact {key} is there twice")
        self._facts.append(t.Fact(key, _value(value, percent), unit, source, []))

    def output(self):
        return t.Output(self._blocks, self._facts)

    def _heading(self, level, words):
        self._blocks.append(t.Block_Heading(t.Heading(level, clean(words), None)))

    def _paragraph(self, marker, parts):
        spans = [span(part) if isinstance(part, str) else part for part in parts]
        self._blocks.append(t.Block_Paragraph(t.Paragraph(spans, marker, 0)))

    def _name(self, id):
        _named(id)
        if id in self._ids:
            raise ValueError(f"a table or chart {id} is there twice")
        self._ids.add(id)


def span(words, bold=False, italic=False, href=None, footnote=None):
    """A run of text; `href` is `#id` of a table or chart, `#section/id` of another section's, or an address."""
    style = (t.Style.BOLD if bold else t.Style(0)) | (t.Style.ITALIC if italic else t.Style(0))
    return t.Span(clean(words), style, href, footnote)


class Column:
    """Columns by type. `None` and what is not finite is printed as missing."""

    @staticmethod
    def text(key, title, values):
        return _column(key, title, t.Align.START, values, "", lambda cells: t.Cells_Text([clean(one) for one in cells]))

    @staticmethod
    def integer(key, title, values):
        return _column(key, title, t.Align.END, values, 0, lambda cells: t.Cells_Integer([_whole(one) for one in cells]))

    @staticmethod
    def number(key, title, decimals, values):
        return _column(key, title, t.Align.END, values, 0.0, lambda cells: t.Cells_Number(_floats(cells)), decimals)

    @staticmethod
    def percent(key, title, values):
        return _column(key, title, t.Align.END, values, 0.0, lambda cells: t.Cells_Percent(_floats(cells)), 1)

    @staticmethod
    def date(key, title, days):
        return _column(key, title, t.Align.START, days, 0, t.Cells_Date)


def axis(title, unit=None, log_scale=False):
    return t.Axis(clean(title), unit, t.Scale.LOG if log_scale else t.Scale.LINEAR)


def line(name, values, lower=None, upper=None):
    """One line, set of bars or set of points of a chart, with the ends of its intervals."""
    missing = [at for at, one in enumerate(values) if _is_missing(one)]
    filled = [0.0 if _is_missing(one) else float(one) for one in values]
    interval = (_floats(lower), _floats(upper)) if lower is not None and upper is not None else None
    return t.Series(clean(name), filled, interval, missing)


class days(list):
    """Positions of a chart that are days since 1970-01-01."""


def count(value):
    """12345 as the report prints it: `12,345`."""
    return f"{value:,}"


def _column(key, title, align, values, empty, cells, decimals=None):
    _named(key)
    values = list(values)
    missing = [row for row, value in enumerate(values) if _is_missing(value)]
    filled = [empty if _is_missing(value) else value for value in values]
    return t.TableColumn(key, clean(title), None, align, decimals, cells(filled), missing)


def _is_missing(value):
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _whole(value):
    if value != int(value):
        raise ValueError(f"{value} is no whole number")
    return int(value)


def _floats(values):
    return [float(value) for value in values]


def _positions(positions):
    if isinstance(positions, days):
        return t.Positions_Dates(list(positions))
    if all(isinstance(one, str) for one in positions):
        return t.Positions_Categories([clean(one) for one in positions])
    return t.Positions_Numbers(_floats(positions))


def _value(value, percent):
    if percent:
        return t.FactValue_Percent(float(value))
    if isinstance(value, int):
        return t.FactValue_Integer(value)
    if isinstance(value, float):
        return t.FactValue_Number(value)
    return t.FactValue_Text(clean(value))


def _named(key):
    if not re.fullmatch("[a-z]([a-z0-9-]*[a-z0-9])?", key):
        raise ValueError(f"{key!r} cannot be a key: lower-case letters, digits and hyphens, such as top-reactions")


def clean(words):
    """Without the control characters that the host refuses."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f]", " ", words)
