//! Texts of a form that clients can check before they send them.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// A digest, as `quire_model::Digest` is written.
pub(crate) struct DigestText;

/// What names a version: its digest, or the first digits of it.
pub(crate) struct VersionText;

/// A task's id, as `quire_model::ReportId` is written.
pub(crate) struct TaskIdText;

/// The name of a module, a definition or a section, as `quire_contract::is_name` has it.
pub(crate) struct NameText;

/// A drug code. More is understood (blanks, `NDC` before it, barcodes), but nobody has to send it.
pub(crate) struct NdcText;

/// Why something is done, where a novel would fit.
pub(crate) struct ReasonText;

/// Why something is done, or what it is called, in one line.
pub(crate) struct LineText;

/// The form of a BCP 47 tag.
pub(crate) struct LanguageText;

/// A name among the schemas, a pattern, the fewest and the most characters, and what it is.
macro_rules! texts {
    ($($text:ident: $name:literal, $pattern:literal, $most:literal, $meaning:literal;)+) => {
        $(
            impl PartialSchema for $text {
                fn schema() -> RefOr<Schema> {
                    let text = ObjectBuilder::new()
                        .schema_type(Type::String)
                        .pattern(Some($pattern))
                        .min_length(Some(1))
                        .max_length(Some($most))
                        .description(Some($meaning));
                    RefOr::T(text.build().into())
                }
            }

            impl ToSchema for $text {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed($name)
                }
            }
        )+
    };
}

texts! {
    DigestText: "Digest", "^[0-9a-f]{64}$", 64, "A SHA-256 digest, in hexadecimal.";
    VersionText: "VersionName", "^[0-9A-Fa-f]{1,64}$", 64,
        "A version of a module: the SHA-256 digest of its component, or its first digits if no other version begins so.";
    TaskIdText: "TaskId", "^[0-7][0-9A-HJKMNP-TV-Z]{25}$", 26,
        "Names a task: a ULID, so that ids sort by the time they were given.";
    NameText: "Name", "^[a-z]([0-9a-z-]{0,62}[0-9a-z])?$", 64,
        "Names a module, a report definition or a section: lower-case letters, digits and hyphens.";
    NdcText: "DrugCode",
        "^([0-9]{4}-[0-9]{4}(-[0-9]{2})?|[0-9]{5}-[0-9]{3}(-[0-9]{2})?|[0-9]{5}-[0-9]{4}(-[0-9]{1,2})?|[0-9]{6}-[0-9]{4}(-[0-9]{2})?|[0-9]{10,14})$",
        100,
        "A National Drug Code: a product code (61958-0802), a package code (61958-0802-1), the 10, 11 or 12 digits without \
         hyphens, or the digits of the package's barcode (12 to 14).";
    ReasonText: "Reason", "\\S", 2000,
        "Why, for the audit trail: 1 to 2,000 bytes that are not all blank.";
    LineText: "Line",
        "^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$", 500,
        "One line of 1 to 500 bytes that are not all blank.";
    LanguageText: "LanguageTag", "^[0-9A-Za-z]{1,8}(-[0-9A-Za-z]{1,8})*$", 35,
        "A BCP 47 tag, such as en or de-AT.";
}
