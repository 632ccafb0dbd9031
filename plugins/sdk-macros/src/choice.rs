//! An enum whose variants are what a parameter can be.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, Fields, Ident, Result};

use crate::refuse_serde;

pub(crate) fn expand(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    for variant in &data.variants {
        refuse_serde(&variant.attrs)?;
        if !matches!(variant.fields, Fields::Unit) {
            let message = "a choice is a name without fields";
            return Err(Error::new_spanned(variant, message));
        }
    }
    if data.variants.is_empty() {
        let message = "a choice has at least one name to choose";
        return Err(Error::new_spanned(&input.ident, message));
    }
    let name = &input.ident;
    let variants: Vec<&Ident> = data.variants.iter().map(|variant| &variant.ident).collect();
    let words: Vec<String> = variants
        .iter()
        .map(|ident| kebab(&ident.to_string()))
        .collect();
    Ok(quote! {
        #[derive(::quire_sdk::serde::Deserialize)]
        #[serde(crate = "::quire_sdk::serde", rename_all = "kebab-case")]
        #input

        impl ::quire_sdk::Parameter for #name {
            fn schema(_: ::quire_sdk::Bounds) -> ::std::string::String {
                ::quire_sdk::choice_schema(&[#(#words),*])
            }

            fn usual(&self) -> ::core::option::Option<::std::string::String> {
                let word = match self { #(Self::#variants => #words,)* };
                ::core::option::Option::Some(::std::format!("\"{word}\""))
            }
        }
    })
}

/// As serde's `kebab-case` renames a variant.
fn kebab(name: &str) -> String {
    let mut word = String::new();
    for (at, char) in name.char_indices() {
        if char.is_uppercase() && at > 0 {
            word.push('-');
        }
        word.push(char.to_ascii_lowercase());
    }
    word.replace('_', "-")
}
