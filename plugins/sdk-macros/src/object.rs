//! A struct of parameters.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataStruct, DeriveInput, Result};

use crate::field::Parameter;

pub(crate) fn expand(input: &DeriveInput, data: &DataStruct) -> Result<TokenStream> {
    let fields: Vec<Parameter<'_>> = data
        .fields
        .iter()
        .map(Parameter::read)
        .collect::<Result<_>>()?;
    let mut bare = input.clone();
    if let syn::Data::Struct(data) = &mut bare.data {
        for field in &mut data.fields {
            field
                .attrs
                .retain(|attribute| !attribute.path().is_ident("param"));
        }
    }
    let name = &input.ident;
    let idents: Vec<_> = fields.iter().map(|field| field.ident).collect();
    let types = fields.iter().map(|field| field.ty);
    let names = fields.iter().map(|field| &field.name);
    let abouts = fields.iter().map(|field| &field.about);
    let defaults = fields.iter().map(|field| &field.default);
    let bounds = fields.iter().map(|field| &field.bounds);
    Ok(quote! {
        #[derive(::quire_sdk::serde::Deserialize)]
        #[serde(crate = "::quire_sdk::serde", default, deny_unknown_fields, rename_all = "kebab-case")]
        #bare

        impl ::core::default::Default for #name {
            fn default() -> Self {
                Self { #(#idents: #defaults,)* }
            }
        }

        impl ::quire_sdk::Parameter for #name {
            fn schema(_: ::quire_sdk::Bounds) -> ::std::string::String {
                let usual = <Self as ::core::default::Default>::default();
                ::quire_sdk::object_schema(&[
                    #((#names, #abouts, <#types as ::quire_sdk::Parameter>::schema(#bounds), usual.#idents.usual()),)*
                ])
            }
        }

        impl ::quire_sdk::Params for #name {
            fn schema() -> ::core::option::Option<::std::string::String> {
                ::core::option::Option::Some(::quire_sdk::schema_of::<Self>())
            }
        }
    })
}
