//! A caller's own words in the list of reports.

use serde_json::json;

use super::Browser;
use crate::support::Quire;

#[tokio::test]
async fn a_label_stands_in_the_list_and_finds_its_report() {
    let quire = Quire::start().await;
    let asked = json!({"label": "desk <4>"});
    let asked = quire
        .post("/api/cer/61958-0802/enhanced-pdf", Some(asked))
        .await;
    let task = asked.json()["task_id"].as_str().unwrap().to_owned();
    let browser = Browser::with_key(&quire, &quire.key()).await;

    let list = async |label: &str| {
        let page = browser
            .get(&format!("/console/reports?label={label}"))
            .await;
        page.text().await.unwrap()
    };

    let found = list("DESK").await;
    assert!(
        found.contains("desk &lt;4&gt;") && found.contains(&task),
        "{found}"
    );
    assert!(!list("desk%205").await.contains(&task));
}
