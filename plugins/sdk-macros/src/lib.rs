//! `#[quire_sdk::params]`: parameters of a section, said once. Use it by that name, from `quire-sdk`.

mod choice;
mod field;
mod object;

use proc_macro::TokenStream;
use syn::{Attribute, Data, DeriveInput, Error, Result, parse_macro_input};

/// Documented at `quire_sdk::params`.
#[proc_macro_attribute]
pub fn params(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    let expanded = match arguments.is_empty() {
        true => expand(&input),
        false => Err(Error::new_spanned(
            &input.ident,
            "#[quire_sdk::params] takes no arguments; bounds stand at the fields: #[param(min = 1)]",
        )),
    };
    expanded.unwrap_or_else(Error::into_compile_error).into()
}

fn expand(input: &DeriveInput) -> Result<proc_macro2::TokenStream> {
    refuse_serde(&input.attrs)?;
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "parameters have no generics",
        ));
    }
    match &input.data {
        Data::Struct(data) => object::expand(input, data),
        Data::Enum(data) => choice::expand(input, data),
        Data::Union(_) => Err(Error::new_spanned(
            &input.ident,
            "parameters are a struct with named fields, or an enum of names",
        )),
    }
}

/// What serde is told beside us would make the schema say something else than what is read.
fn refuse_serde(attributes: &[Attribute]) -> Result<()> {
    match attributes.iter().find(|at| at.path().is_ident("serde")) {
        Some(serde) => Err(Error::new_spanned(
            serde,
            "the schema would not know of this: #[quire_sdk::params] writes serde's attributes itself",
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Why this is no struct or enum of parameters; empty if it is.
    fn refused(item: &str) -> String {
        let input = syn::parse_str(item).unwrap();
        expand(&input).map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn what_the_schema_could_not_say_is_refused_where_it_is_compiled() {
        for (item, why) in [
            (
                "struct P { /** Rows. */ #[param(default = 3, min = 1)] top: u32 }",
                "",
            ),
            ("struct P {}", ""),
            ("enum E { One, Other }", ""),
            ("struct P(u32);", "named fields"),
            ("struct P<T> { /** Rows. */ top: T }", "no generics"),
            ("enum E<T> { One }", "no generics"),
            ("union U { top: u32 }", "a struct with named fields"),
            ("struct P { top: u32 }", "doc comment what `top` does"),
            (
                "struct P { /** Rows. */ #[serde(rename = \"n\")] top: u32 }",
                "would not know",
            ),
            (
                "#[serde(rename_all = \"lowercase\")] struct P {}",
                "would not know",
            ),
            ("enum E { #[serde(rename = \"1\")] One }", "would not know"),
            (
                "struct P { /** Rows. */ #[param(least = 1)] top: u32 }",
                "expected one of `default",
            ),
            (
                "struct P { /** Rows. */ #[param(default = 1, default = 2)] top: u32 }",
                "only once",
            ),
            (
                "struct P { /** Rows. */ #[param(min = 1)] #[param(min = 2)] top: u32 }",
                "only once",
            ),
            ("enum E { One(u32) }", "a name without fields"),
            ("enum E {}", "at least one"),
        ] {
            let said = refused(item);
            assert!(
                said.contains(why) && said.is_empty() == why.is_empty(),
                "{item}: {said}"
            );
        }
    }
}
