//! What a member of an object is, said where readers look for it.

use utoipa::openapi::{OpenApi, RefOr, Schema};

/// Say what a member is that may be null of the member itself, and not of one of its two forms.
pub(crate) fn describe_members(description: &mut OpenApi) {
    let components = description.components.iter_mut();
    let schemas = components.flat_map(|components| components.schemas.values_mut());
    schemas.for_each(describe_object);
}

fn describe_object(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.properties.values_mut().for_each(describe_member);
        }
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter_mut().for_each(describe_object),
        _ => {}
    }
}

fn describe_member(member: &mut RefOr<Schema>) {
    let RefOr::T(Schema::OneOf(either)) = member else {
        return;
    };
    for form in &mut either.items {
        if let RefOr::Ref(form) = form
            && !form.description.is_empty()
        {
            either.description = Some(std::mem::take(&mut form.description));
        }
    }
}
