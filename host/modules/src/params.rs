//! The JSON Schema of a module's parameters: read once when the module is loaded, asked whenever
//! someone writes parameters down.

mod bounded;

use std::{error::Error, fmt};

use boon::{Compiler, Draft, ErrorKind, SchemaIndex, Schemas, UrlLoader, ValidationError};
use quire_model::FieldError;
use serde_json::{Map, Value};

/// The name under which a schema refers to itself. Nothing is ever fetched from it.
const SELF: &str = "https://quire.invalid/params";
/// The only dialect that the contract names.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// Sets of parameters that a module is tried with.
const TRIALS: usize = 8;
/// Errors that are told of one set of parameters.
const TOLD: usize = 50;

/// The schema of a module's parameters.
pub(crate) struct ParamsSchema {
    /// Absent if the module takes no parameters.
    compiled: Option<(Schemas, SchemaIndex)>,
    schema: Value,
}

/// Hold parameters to the schema that a module states, without the module; one without a schema takes none.
///
/// # Errors
///
/// What is wrong with each of them, by a pointer such as `/top`, or with the schema itself.
pub fn check_params(schema: Option<&str>, params: &Value) -> Result<(), Vec<FieldError>> {
    let schema = ParamsSchema::read(schema).map_err(|fault| {
        let detail = format!("the module's schema cannot be used: {fault}");
        vec![at(String::new(), &detail)]
    })?;
    schema.check(params)
}

/// References to other documents are answered with an error: a schema is a stranger's word, and must
/// not make this host read files or addresses.
struct NoOtherDocuments;

impl UrlLoader for NoOtherDocuments {
    fn load(&self, url: &str) -> Result<Value, Box<dyn Error>> {
        Err(format!("{url} is another document; a schema refers to its own parts only").into())
    }
}

impl ParamsSchema {
    /// Read a schema; a module without one takes no parameters.
    ///
    /// # Errors
    ///
    /// Why it is no JSON Schema 2020-12 that can be checked here, in words for its author.
    #[expect(
        clippy::result_large_err,
        reason = "it is the schema library's, and made once a load"
    )]
    pub(crate) fn read(text: Option<&str>) -> Result<Self, String> {
        let Some(text) = text else {
            return Ok(Self {
                compiled: None,
                schema: Value::Bool(true),
            });
        };
        let schema: Value =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        check_dialect(&schema)?;
        bounded::check(&schema)?;
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        compiler.use_loader(Box::new(NoOtherDocuments));
        let mut schemas = Schemas::new();
        let index = compiler
            .add_resource(SELF, schema.clone())
            .and_then(|()| compiler.compile(SELF, &mut schemas))
            .map_err(|error| explain(&error))?;
        Ok(Self {
            compiled: Some((schemas, index)),
            schema,
        })
    }

    /// Hold parameters to the schema.
    ///
    /// # Errors
    ///
    /// What is wrong with each of them.
    pub(crate) fn check(&self, params: &Value) -> Result<(), Vec<FieldError>> {
        let Value::Object(given) = params else {
            let detail = "parameters are a JSON object, such as {\"top\": 10}";
            return Err(vec![at(String::new(), detail)]);
        };
        let errors = match &self.compiled {
            None => given
                .keys()
                .map(|name| at(below("", name), "the module takes no parameters"))
                .collect(),
            Some((schemas, index)) => match schemas.validate(params, *index) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    let mut errors = Vec::new();
                    self.collect(&error, &mut errors);
                    errors.truncate(TOLD);
                    errors
                }
            },
        };
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// Parameters to try a module with: none, else the defaults of the schema, else its example.
    ///
    /// # Errors
    ///
    /// What is missing from those, if the schema allows none of them.
    pub(crate) fn sample(&self) -> Result<Value, Vec<FieldError>> {
        let none = Value::Object(Map::new());
        let Err(missing) = self.check(&none) else {
            return Ok(none);
        };
        let candidates = [self.defaults(), self.example()];
        candidates
            .into_iter()
            .flatten()
            .find(|params| self.check(params).is_ok())
            .ok_or(missing)
    }

    /// All parameters that a module has to do something sensible with: none, the defaults of the schema, each of its
    /// examples; those that the schema allows, each once.
    pub(crate) fn trials(&self) -> Vec<Value> {
        let none = Value::Object(Map::new());
        let examples = self.schema.get("examples").and_then(Value::as_array);
        let candidates = [Some(none), self.defaults()].into_iter().flatten();
        let candidates = candidates.chain(examples.into_iter().flatten().cloned());
        let mut trials: Vec<Value> = Vec::new();
        for params in candidates {
            if self.check(&params).is_ok() && !trials.contains(&params) {
                trials.push(params);
            }
        }
        trials.truncate(TRIALS);
        trials
    }

    /// The defaults and examples of the schema that it does not allow itself, and why.
    pub(crate) fn unfit(&self) -> Vec<(Value, Vec<FieldError>)> {
        let examples = self.schema.get("examples").and_then(Value::as_array);
        let candidates = self.defaults().into_iter();
        let candidates = candidates.chain(examples.into_iter().flatten().cloned());
        let unfit = candidates.filter_map(|params| {
            let errors = self.check(&params).err()?;
            Some((params, errors))
        });
        unfit.take(TRIALS).collect()
    }

    /// An object of every property's `default`.
    fn defaults(&self) -> Option<Value> {
        let properties = self.schema.get("properties")?.as_object()?;
        let given = properties.iter().filter_map(|(name, property)| {
            let default = property.get("default")?;
            Some((name.clone(), default.clone()))
        });
        Some(Value::Object(given.collect()))
    }

    /// The first of the schema's `examples`.
    fn example(&self) -> Option<Value> {
        self.schema.get("examples")?.get(0).cloned()
    }

    /// The parts of an error that someone can act on, each with its place.
    fn collect(&self, error: &ValidationError<'_, '_>, errors: &mut Vec<FieldError>) {
        let place = error.instance_location.to_string();
        match &error.kind {
            ErrorKind::Required { want } => errors.extend(
                want.iter()
                    .map(|name| at(below(&place, name), "it is required")),
            ),
            ErrorKind::AdditionalProperties { got } => errors.extend(
                got.iter()
                    .map(|name| at(below(&place, name), &self.unknown(&place))),
            ),
            // One of several forms fits; which was meant is not known, so their errors stay out.
            ErrorKind::AnyOf | ErrorKind::OneOf(_) | ErrorKind::Not => {
                errors.push(at(place, &error.kind.to_string()));
            }
            _ if error.causes.is_empty() => errors.push(at(place, &error.kind.to_string())),
            _ => error
                .causes
                .iter()
                .for_each(|cause| self.collect(cause, errors)),
        }
    }

    /// That a name is unknown, and which are known if it is a parameter itself.
    fn unknown(&self, place: &str) -> String {
        let unknown = "there is no such parameter";
        let known = self.schema.get("properties").and_then(Value::as_object);
        match known.filter(|known| place.is_empty() && !known.is_empty()) {
            Some(known) => {
                let known: Vec<&str> = known.keys().map(String::as_str).collect();
                format!("{unknown}; there are {}", known.join(", "))
            }
            None => unknown.to_owned(),
        }
    }
}

impl fmt::Debug for ParamsSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.schema.fmt(f)
    }
}

fn check_dialect(schema: &Value) -> Result<(), String> {
    let dialect = schema.get("$schema").and_then(Value::as_str);
    match dialect.map(|dialect| dialect.trim_end_matches('#')) {
        None | Some(DIALECT) => Ok(()),
        Some(other) => Err(format!(
            "its `$schema` is {other:?}; write it in JSON Schema 2020-12, `{DIALECT}`"
        )),
    }
}

/// Why a schema is none: the innermost reasons, with their places in the schema.
fn explain(error: &boon::CompileError) -> String {
    if let boon::CompileError::ValidationError { src, .. } = error {
        let mut reasons = Vec::new();
        leaves(src, &mut reasons);
        reasons.truncate(5);
        return reasons.join("; ");
    }
    // What is left is a pattern that is too large; the library takes it for its own defect.
    if let boon::CompileError::Bug(reason) = error {
        return format!("a pattern of it cannot be used: {reason}");
    }
    error.to_string().replace(SELF, "")
}

fn leaves(error: &ValidationError<'_, '_>, reasons: &mut Vec<String>) {
    if error.causes.is_empty() {
        let place = error.instance_location.to_string();
        reasons.push(format!("at {place:?}: {}", error.kind));
    }
    for cause in &error.causes {
        leaves(cause, reasons);
    }
}

fn at(pointer: String, detail: &str) -> FieldError {
    FieldError {
        pointer,
        detail: detail.to_owned(),
    }
}

/// The pointer to a member of what `pointer` leads to.
fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests;
