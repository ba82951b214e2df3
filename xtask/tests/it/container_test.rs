//! Container tests against the real engine, with images made for the purpose: each check passing and failing, and nothing left behind.

mod fixture;
mod image;
mod run_checks;
mod service;
