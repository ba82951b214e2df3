//! AWS's half: one operation a request, JSON in and out.

mod error;
mod image_answers;
mod images;
mod input;
mod lifecycle;
mod login;
mod lookups;
mod page;
mod policies;
mod repositories;
mod resource_tags;
mod scans;

pub(crate) use error::ApiError;

use serde_json::{Value, json};

use crate::{
    http::{Request, Response},
    service::{Fault, Service},
};

use input::Input;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const TARGET: &str = "AmazonEC2ContainerRegistry_V20150921.";

/// The operation a request names.
pub(crate) fn operation(request: &Request) -> &str {
    let target = request.headers.get("x-amz-target").unwrap_or_default();
    target.strip_prefix(TARGET).unwrap_or(target)
}

/// The repository an input is about, for the log.
pub(crate) fn repository(body: &[u8]) -> Option<String> {
    let value = parse(body).ok()?;
    let name = value["repositoryName"].as_str().or_else(|| value["repositoryNames"][0].as_str());
    name.map(str::to_owned)
}

/// Answers an operation. `body` is its input.
pub(crate) fn answer(operation: &str, body: &[u8], service: &Service) -> Response {
    let result = parse(body).and_then(|value| call(operation, &Input::new(&value), service));
    match result {
        Ok(output) => Response::json(200, CONTENT_TYPE, &output),
        Err(error) => error_response(error.status, error.code, &error.message),
    }
}

/// The answer of a fault.
pub(crate) fn fault(fault: &Fault, status: u16) -> Response {
    error_response(status, &fault.code, &fault.message)
}

fn error_response(status: u16, code: &str, message: &str) -> Response {
    Response::json(status, CONTENT_TYPE, &json!({"__type": code, "message": message}))
}

fn parse(body: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::new("SerializationException", error.to_string()))
}

fn call(operation: &str, input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    input.check_registry(&service.options.account)?;
    match operation {
        "GetAuthorizationToken" => Ok(login::get_authorization_token(service)),
        "CreateRepository" => repositories::create(input, service),
        "DescribeRepositories" => repositories::describe(input, service),
        "DeleteRepository" => repositories::delete(input, service),
        "PutImageTagMutability" => repositories::put_mutability(input, service),
        "PutImageScanningConfiguration" => repositories::put_scanning(input, service),
        "SetRepositoryPolicy" => policies::set(input, service),
        "GetRepositoryPolicy" => policies::get(input, service),
        "DeleteRepositoryPolicy" => policies::delete(input, service),
        "TagResource" => resource_tags::add(input, service),
        "UntagResource" => resource_tags::remove(input, service),
        "ListTagsForResource" => resource_tags::list(input, service),
        "PutImage" => images::put(input, service),
        "BatchGetImage" => images::batch_get(input, service),
        "BatchDeleteImage" => images::batch_delete(input, service),
        "DescribeImages" => lookups::describe(input, service),
        "ListImages" => lookups::list(input, service),
        "PutLifecyclePolicy" => lifecycle::put(input, service),
        "GetLifecyclePolicy" => lifecycle::get(input, service),
        "DeleteLifecyclePolicy" => lifecycle::delete(input, service),
        "StartLifecyclePolicyPreview" => lifecycle::start_preview(input, service),
        "GetLifecyclePolicyPreview" => lifecycle::get_preview(input, service),
        "StartImageScan" => scans::start(input, service),
        "DescribeImageScanFindings" => scans::findings(input, service),
        other => Err(ApiError::new(
            "UnknownOperationException",
            format!("the stand-in does not know '{other}'"),
        )),
    }
}
