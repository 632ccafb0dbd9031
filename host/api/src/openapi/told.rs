//! What this server sends: the webhooks of the description, of the very types that are written.

use quire_webhooks::{Pinged, ReportEnded};
use utoipa::{
    ToSchema,
    openapi::{
        Content, HttpMethod, ObjectBuilder, OpenApi, PathItem, Paths, Ref, Required, Response,
        Type,
        path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        security::SecurityRequirement,
    },
};

/// What is said of every event.
const ANSWER: &str = "Sent with POST to the address that `POST /api/webhooks` named, signed as Standard Webhooks 1.0.0 \
                      says. Answer with any 2xx within 20 seconds and act afterwards; anything else is tried again, for \
                      three days. An event may come twice, with the same `webhook-id`.";

/// What stands in the header of each.
const HEADERS: [(&str, &str); 3] = [
    (
        "webhook-id",
        "Names the event; the same at every attempt, so that a receiver knows what it has had",
    ),
    (
        "webhook-timestamp",
        "When this attempt was made, in seconds since 1970-01-01 UTC; refuse what is older than some minutes",
    ),
    (
        "webhook-signature",
        "`v1,` and the base64 of HMAC-SHA-256 over id, timestamp and body with points between; its key is what the part \
         of the secret after `whsec_` is in base64. Two of them, with a blank between, while a secret is replaced",
    ),
];

/// Add what webhooks are sent.
pub(crate) fn describe_webhooks(description: &mut OpenApi) {
    let ended = ReportEnded::name();
    let events = [
        (
            "report.succeeded",
            "ReportSucceeded",
            "A report has its document",
            &ended,
        ),
        (
            "report.failed",
            "ReportFailed",
            "A report ended without a document",
            &ended,
        ),
        (
            "report.cancelled",
            "ReportCancelled",
            "A report was called off",
            &ended,
        ),
        (
            "webhook.ping",
            "WebhookPing",
            "Nothing happened: the owner tries the way",
            &Pinged::name(),
        ),
    ];
    let mut webhooks = Paths::new();
    for (event, name, meaning, body) in events {
        let item = PathItem::new(HttpMethod::Post, sent(name, meaning, body));
        webhooks.paths.insert(event.to_owned(), item);
    }
    description.webhooks = Some(webhooks);
}

fn sent(name: &str, meaning: &str, body: &str) -> Operation {
    let content = Content::new(Some(Ref::from_schema_name(body)));
    let body = RequestBodyBuilder::new()
        .description(Some("What happened"))
        .content("application/json", content)
        .required(Some(Required::True));
    let parameters = HEADERS.map(|(name, meaning)| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(meaning))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .build()
    });
    OperationBuilder::new()
        .operation_id(Some(format!("on{name}")))
        .tag("webhooks")
        .summary(Some(meaning))
        .description(Some(format!("{meaning}.\n\n{ANSWER}")))
        .parameters(Some(parameters))
        .request_body(Some(body.build()))
        // The signature is the proof.
        .securities(Some([] as [SecurityRequirement; 0]))
        .response("2XX", Response::new("It was taken"))
        .response(
            "410",
            Response::new(
                "Nobody is there any more: the webhook is disabled until its owner says otherwise",
            ),
        )
        .response("default", Response::new("It is tried again"))
        .build()
}
