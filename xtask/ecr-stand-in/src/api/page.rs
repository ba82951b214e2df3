//! Lists in pages.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use super::{ApiError, Input};

/// ECR's default and limit.
const DEFAULT: u64 = 100;
const MOST: u64 = 1000;

/// Puts the page that was asked for under `name`, and the token of the next one beside it.
pub(super) fn put(answer: &mut Value, name: &str, items: &[Value], input: Input<'_>) -> Result<(), ApiError> {
    let size = input.value("maxResults").as_u64().unwrap_or(DEFAULT);
    if !(1..=MOST).contains(&size) {
        return Err(ApiError::invalid(format!("'maxResults' must be from 1 to {MOST}")));
    }
    let start = input.text("nextToken").map_or(Ok(0), position)?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let end = start.saturating_add(size).min(items.len());
    let page = items
        .get(start..end)
        .ok_or_else(|| ApiError::invalid("'nextToken' is not of this list"))?;
    let mut fields = Map::new();
    fields.insert(name.to_owned(), page.to_vec().into());
    if end < items.len() {
        fields.insert("nextToken".to_owned(), STANDARD.encode(end.to_string()).into());
    }
    if let Value::Object(answer) = answer {
        answer.extend(fields);
    }
    Ok(())
}

fn position(token: &str) -> Result<usize, ApiError> {
    let decoded = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let position = decoded.and_then(|text| text.parse().ok());
    position.ok_or_else(|| ApiError::invalid("'nextToken' was not given out by the stand-in"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(items: &[Value], input: &Value) -> Result<Value, ApiError> {
        let mut answer = json!({});
        put(&mut answer, "items", items, Input::new(input))?;
        Ok(answer)
    }

    #[test]
    fn pages_follow_one_another_and_end() {
        let items = [json!(1), json!(2), json!(3)];
        let first = page(&items, &json!({"maxResults": 2})).unwrap();
        assert_eq!(first["items"], json!([1, 2]));
        let second = page(&items, &json!({"maxResults": 2, "nextToken": first["nextToken"]})).unwrap();
        assert_eq!(second, json!({"items": [3]}));
        assert_eq!(page(&[], &json!({})).unwrap(), json!({"items": []}));
        for wrong in [json!({"maxResults": 0}), json!({"maxResults": 1001}), json!({"nextToken": "x"})] {
            assert!(page(&items, &wrong).is_err(), "{wrong}");
        }
    }
}
