//! An ECR API that is not of our making: moto. It knows logins and repositories; its tokens' expiry is made up, so nothing here relies on it.

use std::process::Command;

use super::server::Server;

/// The token moto gives everybody, decoded: the password of the user `AWS`.
pub const PASSWORD: &str = "123456789012-auth-token";
/// The host moto says its repositories are at.
pub const HOST: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

/// A running moto; ended when dropped.
#[derive(Debug)]
pub struct Moto {
    server: Server,
}

impl Moto {
    /// Starts one with nothing in it.
    pub fn start() -> Self {
        let mut command = Command::new("moto_server");
        let server = Server::start(command.args(["-H", "127.0.0.1", "-p", "0"]), "Running on http://127.0.0.1:");
        Self { server }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.server.port
    }
}
