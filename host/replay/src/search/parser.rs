//! Reads a query by recursive descent.

use super::{Bound, Search, SearchError, Test};

/// Groups inside groups that are followed before a query is refused.
const DEPTH: usize = 32;

pub(super) fn parse(text: &str) -> Result<Search, SearchError> {
    if text.trim().is_empty() {
        return Ok(Search::All);
    }
    let mut parser = Parser {
        rest: text,
        depth: 0,
    };
    let search = parser.any(None)?;
    parser.blank();
    if parser.rest.is_empty() {
        Ok(search)
    } else {
        Err(parser.error())
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// Clauses joined by OR or by nothing, of one field if it is given.
    fn any(&mut self, field: Option<&str>) -> Result<Search, SearchError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.error());
        }
        let mut parts = vec![self.each(field)?];
        loop {
            self.blank();
            let joined = self.keyword("OR");
            if !joined && (self.rest.is_empty() || self.rest.starts_with(')')) {
                break;
            }
            parts.push(self.each(field)?);
        }
        self.depth -= 1;
        Ok(one_or(parts, Search::Any))
    }

    /// Clauses joined by AND.
    fn each(&mut self, field: Option<&str>) -> Result<Search, SearchError> {
        let mut parts = vec![self.clause(field)?];
        loop {
            self.blank();
            if !self.keyword("AND") {
                break;
            }
            parts.push(self.clause(field)?);
        }
        Ok(one_or(parts, Search::Each))
    }

    fn clause(&mut self, field: Option<&str>) -> Result<Search, SearchError> {
        self.blank();
        if self.keyword("NOT") || self.sign('-') {
            return Ok(Search::Not(Box::new(self.clause(field)?)));
        }
        self.sign('+');
        if self.sign('(') {
            return self.group(field);
        }
        if field.is_none()
            && let Some(name) = self.field_name()
        {
            return self.of_field(name);
        }
        let test = self.test()?;
        Ok(match field {
            Some(field) => Search::Field(field.to_owned(), test),
            None => Search::Anywhere(test),
        })
    }

    fn group(&mut self, field: Option<&str>) -> Result<Search, SearchError> {
        let inner = self.any(field)?;
        self.blank();
        if self.sign(')') {
            Ok(inner)
        } else {
            Err(self.error())
        }
    }

    fn of_field(&mut self, name: &str) -> Result<Search, SearchError> {
        match name {
            "_exists_" => Ok(Search::Exists(self.word()?.to_owned())),
            "_missing_" => Ok(Search::Missing(self.word()?.to_owned())),
            _ if self.sign('(') => self.group(Some(name)),
            _ => Ok(Search::Field(name.to_owned(), self.test()?)),
        }
    }

    fn test(&mut self) -> Result<Test, SearchError> {
        if self.sign('"') {
            return self.phrase();
        }
        for (open, included) in [('[', true), ('{', false)] {
            if self.sign(open) {
                return self.range(included);
            }
        }
        let word = self.word()?;
        Ok(match word.strip_suffix('*') {
            Some(prefix) => Test::Prefix(prefix.to_owned()),
            None => Test::Phrase(word.to_owned()),
        })
    }

    /// Up to the closing quotation mark; a backslash says that the next sign is meant as it stands.
    fn phrase(&mut self) -> Result<Test, SearchError> {
        let mut phrase = String::new();
        let mut signs = self.rest.char_indices();
        while let Some((at, sign)) = signs.next() {
            match sign {
                '"' => {
                    self.rest = self.rest.get(at + 1..).unwrap_or_default();
                    return Ok(Test::Phrase(phrase));
                }
                '\\' => phrase.extend(signs.next().map(|(_, meant)| meant)),
                sign => phrase.push(sign),
            }
        }
        Err(self.error())
    }

    fn range(&mut self, low_included: bool) -> Result<Test, SearchError> {
        let end = self.rest.find([']', '}']).ok_or_else(|| self.error())?;
        let (inside, close) = self.rest.split_at(end);
        let (low, high) = inside.split_once(" TO ").ok_or_else(|| self.error())?;
        let high_included = close.starts_with(']');
        self.rest = close.get(1..).unwrap_or_default();
        let bound = |text: &str, included| {
            let text = text.trim().trim_matches('"');
            let value = (text != "*").then(|| text.to_owned());
            Bound { value, included }
        };
        Ok(Test::Range(
            bound(low, low_included),
            bound(high, high_included),
        ))
    }

    /// A field name with its colon, if one stands here.
    fn field_name(&mut self) -> Option<&'a str> {
        let end = self.rest.find(|letter: char| !is_name(letter))?;
        let (name, rest) = self.rest.split_at(end);
        let rest = rest.strip_prefix(':').filter(|_| !name.is_empty())?;
        self.rest = rest;
        Some(name)
    }

    fn word(&mut self) -> Result<&'a str, SearchError> {
        let stop = |letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | '"');
        let end = self.rest.find(stop).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if word.is_empty() {
            return Err(self.error());
        }
        self.rest = rest;
        Ok(word)
    }

    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn sign(&mut self, sign: char) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn keyword(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        match rest.filter(|rest| rest.starts_with([' ', '('])) {
            Some(rest) => {
                self.rest = rest;
                self.blank();
                true
            }
            None => false,
        }
    }

    fn error(&self) -> SearchError {
        SearchError(self.rest.chars().take(40).collect())
    }
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '.'
}

fn one_or(mut parts: Vec<Search>, join: fn(Vec<Search>) -> Search) -> Search {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => Search::All,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches(query: &str) -> bool {
        let record = json!({
            "receivedate": "20140312", "serious": "1",
            "patient": {"drug": [
                {"medicinalproduct": "LETAIRIS", "openfda": {"product_ndc": ["61958-0801", "61958-0802"]}},
                {"medicinalproduct": "ASPIRIN.", "activesubstance": {"activesubstancename": "A\\A B"}}
            ]}
        });
        parse(query).unwrap().matches(&record)
    }

    #[test]
    fn queries_mean_what_they_mean_at_openfda() {
        for query in [
            "",
            "serious:1",
            "patient.drug.openfda.product_ndc.exact:\"61958-0802\"",
            "patient.drug.openfda.product_ndc.exact:(\"1-2\" OR \"61958-0802\")",
            "patient.drug.activesubstance.activesubstancename.exact:\"A\\\\A B\"",
            "patient.drug.medicinalproduct:aspirin AND serious:1",
            "serious:2 patient.drug.medicinalproduct:letai*",
            "receivedate:[20140101 TO 2014-12-31]",
            "receivedate:{20140311 TO *}",
            "_exists_:patient.drug",
            "_missing_:companynumb",
            "(serious:2 OR serious:1) AND NOT patient.drug.medicinalproduct:mirena",
            "product=LETAIRIS letairis",
        ] {
            assert!(matches(query), "{query}");
        }
        for query in [
            "openfda.product_ndc:\"61958-0802\"",
            "patient.drug.openfda.product_ndc.exact:\"61958-802\"",
            "patient.drug.medicinalproduct.exact:letairis",
            "serious:2 AND receivedate:20140312",
            "receivedate:{20140312 TO *}",
            "_exists_:patient.reaction",
        ] {
            assert!(!matches(query), "{query}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for query in ["a:\"b", "(a:b", "a:[1", "a:", "a:[1 2]", &"(".repeat(100)] {
            assert!(parse(query).is_err(), "{query}");
        }
    }
}
