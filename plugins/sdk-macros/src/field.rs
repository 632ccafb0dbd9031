//! One parameter: its name, what it means, its default and bounds.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Error, Expr, ExprLit, Field, Ident, Lit, Meta, Result, Type};

use crate::refuse_serde;

/// A parameter as it stands in the struct.
pub(crate) struct Parameter<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    /// As parameters write it: `designated-events`.
    pub(crate) name: String,
    /// What an administrator reads.
    pub(crate) about: String,
    /// What it is where nothing is given.
    pub(crate) default: TokenStream,
    /// `Bounds` of the SDK.
    pub(crate) bounds: TokenStream,
}

impl<'a> Parameter<'a> {
    pub(crate) fn read(field: &'a Field) -> Result<Self> {
        let ident = field.ident.as_ref().ok_or_else(|| {
            Error::new_spanned(
                field,
                "parameters have names: use a struct with named fields",
            )
        })?;
        refuse_serde(&field.attrs)?;
        let about = documentation(&field.attrs);
        if about.is_empty() {
            let message =
                format!("say in a doc comment what `{ident}` does: whoever sets it reads that");
            return Err(Error::new_spanned(field, message));
        }
        let (mut default, mut bounds, mut known) = (None, Vec::new(), BTreeSet::new());
        for attribute in field.attrs.iter().filter(|at| at.path().is_ident("param")) {
            attribute.parse_nested_meta(|meta| {
                let key = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
                if known.contains(&key) {
                    return Err(meta.error(format!("`{key}` can be said only once")));
                }
                match key.as_str() {
                    "default" => default = Some(owned(meta.value()?.parse()?)),
                    "min" | "max" => {
                        let (ident, value): (_, Expr) = (meta.path.clone(), meta.value()?.parse()?);
                        bounds.push(quote!(#ident: ::core::option::Option::Some((#value) as f64)));
                    }
                    "unique" => bounds.push(quote!(unique: true)),
                    _ => {
                        return Err(meta.error(
                            "expected one of `default = …`, `min = …`, `max = …` (of a number, or of the length of a \
                             text, list or map) and `unique`",
                        ));
                    }
                }
                known.insert(key);
                Ok(())
            })?;
        }
        Ok(Self {
            ident,
            ty: &field.ty,
            name: ident.to_string().trim_start_matches("r#").replace('_', "-"),
            about,
            default: default.unwrap_or_else(|| quote!(::core::default::Default::default())),
            bounds: quote!(::quire_sdk::Bounds { #(#bounds,)* ..::quire_sdk::Bounds::NONE }),
        })
    }
}

/// Texts and lists as they can be written down in an attribute.
fn owned(value: Expr) -> TokenStream {
    match &value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => quote!(::std::string::String::from(#text)),
        Expr::Array(list) => {
            let elements = list.elems.iter().cloned().map(owned);
            quote!(::std::vec![#(#elements),*])
        }
        other => quote!(#other),
    }
}

/// The doc comment, as one text.
pub(crate) fn documentation(attributes: &[Attribute]) -> String {
    let lines = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(named) if named.path.is_ident("doc") => match &named.value {
                Expr::Lit(ExprLit {
                    lit: Lit::Str(line),
                    ..
                }) => Some(line.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        });
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
