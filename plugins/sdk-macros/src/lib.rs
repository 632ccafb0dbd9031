//! `#[quire_sdk::params]`: parameters of a section, said once. Use it by that name, from `quire-sdk`.

mod choice;
mod field;
mod object;

use proc_macro::TokenStream;
use syn::{Data, DeriveInput, parse_macro_input};

/// Documented at `quire_sdk::params`.
#[proc_macro_attribute]
pub fn params(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    let expanded = match (&input.data, arguments.is_empty()) {
        (_, false) => Err(syn::Error::new_spanned(
            &input.ident,
            "#[quire_sdk::params] takes no arguments; bounds stand at the fields: #[param(min = 1)]",
        )),
        (Data::Struct(data), _) => object::expand(&input, data),
        (Data::Enum(data), _) => choice::expand(&input, data),
        (Data::Union(_), _) => Err(syn::Error::new_spanned(
            &input.ident,
            "parameters are a struct with named fields, or an enum of names",
        )),
    };
    expanded
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
