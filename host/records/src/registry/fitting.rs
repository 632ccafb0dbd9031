//! A version is used only if it takes the parameters that report definitions give it: a section that refuses them
//! would be missing from every report.

use quire_model::FieldError;
use serde_json::Value;

use crate::{
    RecordsError, VersionRow,
    registry::{definition::all_in_use, module_change::ModuleChange},
};

/// Holds parameters to a module's JSON Schema; a module without one takes none. The records know no schemas, so
/// whoever opens them says how.
pub type CheckParams = fn(schema: Option<&str>, params: &Value) -> Result<(), Vec<FieldError>>;

/// Nothing is known of schemas: every parameter may be taken.
pub(crate) fn takes_all(_: Option<&str>, _: &Value) -> Result<(), Vec<FieldError>> {
    Ok(())
}

impl ModuleChange<'_> {
    /// Whether every section of a definition in use that would be made with this version gives it what it takes.
    /// Sections that name a version of their own are not made with it.
    ///
    /// # Errors
    ///
    /// [`RecordsError::Unfit`] with each parameter that it does not take.
    pub(crate) async fn fits(&mut self, version: &VersionRow) -> Result<(), RecordsError> {
        let schema = version.manifest.get("params_schema");
        let schema = schema.and_then(Value::as_str);
        let mut breaches = Vec::new();
        for row in all_in_use(&mut *self.transaction).await? {
            let sections = row.current.sections.iter();
            for section in sections
                .filter(|section| section.module == version.module && section.digest.is_none())
            {
                let errors = (self.check_params())(schema, &section.params).err();
                breaches.extend(errors.into_iter().flatten().map(|error| {
                    let parameter = error.pointer.trim_start_matches('/');
                    let parameter = match parameter {
                        "" => "its parameters".to_owned(),
                        name => format!("parameter {name}"),
                    };
                    let (definition, section) = (&row.name, &section.name);
                    format!(
                        "definition {definition}, section {section}, {parameter}: {}",
                        error.detail
                    )
                }));
            }
        }
        if breaches.is_empty() {
            return Ok(());
        }
        Err(RecordsError::Unfit {
            module: version.module.clone(),
            digest: version.digest,
            breaches,
        })
    }
}
