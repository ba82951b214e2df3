//! Scans of images: started, and asked after. What they come to is written down beforehand.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    model::Image,
    service::{Account, Scan, Service},
};

use super::{
    ApiError, Input,
    image_answers::{ImageId, id},
    page,
    repositories::head,
};

pub(super) fn start(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let mut account = service.account();
    let (wanted, digest, _) = find(*input, &account, name)?;
    account.scans.start(name, &digest);
    let mut answer = head(&account, name);
    answer["imageId"] = id(&digest, wanted.tag.as_deref());
    answer["imageScanStatus"] = json!({"status": "IN_PROGRESS"});
    Ok(answer)
}

pub(super) fn findings(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let mut account = service.account();
    let (wanted, digest, names) = find(*input, &account, name)?;
    let now = account.clock.now();
    let scan = account.scans.look(name, &names).ok_or_else(|| {
        let message = format!("Image scan does not exist for the image with '{digest}' in the repository with name '{name}'");
        ApiError::new("ScanNotFoundException", message)
    })?;
    let mut answer = head(&account, name);
    answer["imageId"] = id(&digest, wanted.tag.as_deref());
    answer["imageScanStatus"] = json!({"status": scan.state, "description": scan.description});
    let list = match scan.state.as_str() {
        "COMPLETE" => "findings",
        "ACTIVE" => "enhancedFindings",
        _ => return Ok(answer),
    };
    let mut found = json!({"imageScanCompletedAt": now.as_secs_f64(), "findingSeverityCounts": counts(&scan)});
    page::put(&mut found, list, &scan.findings, *input)?;
    // The token stands beside the findings, not among them.
    if let Some(token) = found.as_object_mut().and_then(|fields| fields.remove("nextToken")) {
        answer["nextToken"] = token;
    }
    answer["imageScanFindings"] = found;
    Ok(answer)
}

/// The id an input names, the image's digest, and all the names a script may call it by.
fn find(input: Input<'_>, account: &Account, name: &str) -> Result<(ImageId, String, Vec<String>), ApiError> {
    let images = &account.repository(name)?.images;
    let wanted = ImageId::read(input.value("imageId"));
    let image: &Image = wanted
        .find(images)
        .map_err(|failure| ApiError::new("ImageNotFoundException", failure.reason()))?;
    let digest = image.digest.clone();
    let names = [digest.clone()].into_iter().chain(images.tags_of(&digest)).collect();
    Ok((wanted, digest, names))
}

fn counts(scan: &Scan) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for severity in scan.findings.iter().filter_map(|finding| finding["severity"].as_str()) {
        *counts.entry(severity).or_default() += 1;
    }
    counts
}
