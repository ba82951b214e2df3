//! The registry's half: `/v2/`, with ECR's logins and rules before the real registry behind.
//!
//! A tag is looked up here and asked for by its digest: the registry behind knows no tags, so that there is one truth about them.

mod login;
mod route;

pub(crate) use route::{Route, Subject};

use std::io;

use crate::{
    backend::Relay,
    http::{Request, Response},
    model::{Image, Refusal},
    service::{Fault, Service},
};

/// An answer of our own, or the real registry's on its way.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Ours.
    Own(Response),
    /// The registry's.
    Relayed(Relay),
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self::Own(response)
    }
}

/// Answers a request for the registry.
pub(crate) fn answer(request: &mut Request, route: &Route, service: &Service) -> io::Result<Answer> {
    if let Some(refused) = login::refuse(request, service) {
        request.read_body()?;
        return Ok(refused.into());
    }
    if route.subject == Subject::Root {
        return Ok(Response::json(200, "application/json", &serde_json::json!({})).into());
    }
    if let Err(unknown) = service.account().repository(&route.repository) {
        request.read_body()?;
        return Ok(Response::registry_error(404, "NAME_UNKNOWN", &unknown.to_string()).into());
    }
    match (&route.subject, request.method.as_str()) {
        (Subject::Manifest(_) | Subject::Blob, "DELETE") => {
            Ok(Response::registry_error(405, "UNSUPPORTED", "deleting is done through the API").into())
        }
        (Subject::Manifest(reference), "PUT") => put_manifest(request, route, reference, service).map(Into::into),
        (Subject::Manifest(reference), _) => get_manifest(request, route, reference, service),
        (Subject::Tags, _) => Ok(tags(route, service).into()),
        (Subject::Upload, "POST") => {
            // As ECR without its setting for it: a blob of another repository is not mounted but uploaded.
            let target = without_mount(&request.target);
            relay(request, &target, service)
        }
        (Subject::Upload | Subject::Blob, _) => {
            let target = request.target.clone();
            relay(request, &target, service)
        }
        (Subject::Root | Subject::Other, _) => {
            Ok(Response::registry_error(404, "UNSUPPORTED", "the stand-in does not know this path").into())
        }
    }
}

/// The answer of a fault.
pub(crate) fn fault(fault: &Fault, status: u16) -> Response {
    Response::registry_error(status, &fault.code, &fault.message)
}

fn relay(request: &mut Request, target: &str, service: &Service) -> io::Result<Answer> {
    let relay = service
        .backend
        .forward(&request.method, target, &request.headers, &mut request.body)?;
    Ok(Answer::Relayed(relay))
}

fn get_manifest(request: &mut Request, route: &Route, reference: &str, service: &Service) -> io::Result<Answer> {
    let repository = &route.repository;
    match find(reference, repository, request.method == "GET", service) {
        Some(digest) => relay(request, &format!("/v2/{repository}/manifests/{digest}"), service),
        None => Ok(Response::registry_error(404, "MANIFEST_UNKNOWN", "Requested image not found").into()),
    }
}

/// The digest of an image; notes that it is pulled where it is.
fn find(reference: &str, repository: &str, pulls: bool, service: &Service) -> Option<String> {
    let mut account = service.account();
    let now = account.clock.now();
    let images = &mut account.repository_mut(repository).ok()?.images;
    let digest = images.find(reference)?.digest.clone();
    if pulls {
        images.note_pull(&digest, now);
    }
    Some(digest)
}

fn put_manifest(request: &mut Request, route: &Route, reference: &str, service: &Service) -> io::Result<Response> {
    let repository = &route.repository;
    let manifest = request.read_body()?;
    let now = service.account().clock.now();
    let image = Image::new(manifest, request.headers.get("content-type"), now);
    let is_digest = reference.starts_with("sha256:");
    if is_digest && reference != image.digest {
        return Ok(Response::registry_error(400, "DIGEST_INVALID", "the digest is not the manifest's"));
    }
    let media_type = request.headers.get("content-type").unwrap_or(&image.media_type);
    let behind = service
        .backend
        .put_manifest(repository, &image.digest, media_type, &image.manifest)?;
    if behind.status != 201 {
        return Ok(behind);
    }
    let digest = image.digest.clone();
    let tag = (!is_digest).then_some(reference);
    if let Err(refused) = record(image, tag, repository, service) {
        return Ok(refused);
    }
    let mut response = Response::json(201, "text/plain", &serde_json::Value::Null);
    response.body.clear();
    response.headers.set("Docker-Content-Digest", digest.as_str());
    response.headers.set("Location", format!("/v2/{repository}/manifests/{digest}"));
    Ok(response)
}

fn record(image: Image, tag: Option<&str>, name: &str, service: &Service) -> Result<(), Response> {
    let mut account = service.account();
    let unknown = |error: crate::service::UnknownRepository| Response::registry_error(404, "NAME_UNKNOWN", &error.to_string());
    let repository = account.repository_mut(name).map_err(unknown)?;
    let digest = image.digest.clone();
    let scan = repository.scan_on_push;
    let put = repository.images.put(image, tag, &repository.mutability);
    let fixed = tag.is_some_and(|tag| repository.mutability.is_fixed(tag));
    match put {
        Err(Refusal::FixedTag) => Err(immutable(tag.unwrap_or_default(), name)),
        Err(Refusal::SameDigest) if fixed && service.options.refuse_same_digest => Err(immutable(tag.unwrap_or_default(), name)),
        Err(Refusal::SameDigest) => Ok(()),
        Ok(()) => {
            if scan {
                account.scans.start(name, &digest);
            }
            Ok(())
        }
    }
}

fn immutable(tag: &str, repository: &str) -> Response {
    let message = format!(
        "The image tag '{tag}' already exists in the '{repository}' repository and cannot be overwritten because the tag is immutable."
    );
    Response::registry_error(400, "TAG_INVALID", &message)
}

fn tags(route: &Route, service: &Service) -> Response {
    let account = service.account();
    let tags = account.repository(&route.repository).map(|found| found.images.tags());
    let value = serde_json::json!({"name": route.repository, "tags": tags.unwrap_or_default()});
    Response::json(200, "application/json", &value)
}

fn without_mount(target: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let kept = query
        .split('&')
        .filter(|pair| !pair.starts_with("mount=") && !pair.starts_with("from="));
    let kept: Vec<&str> = kept.filter(|pair| !pair.is_empty()).collect();
    if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::without_mount;

    #[test]
    fn mounts_become_uploads() {
        let target = "/v2/web/blobs/uploads/?from=api&mount=sha256%3A1";
        assert_eq!(without_mount(target), "/v2/web/blobs/uploads/");
        let other = "/v2/web/blobs/uploads/?digest=sha256%3A1";
        assert_eq!(without_mount(other), other);
    }
}
