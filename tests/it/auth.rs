//! Signing in, tokens and superusers.

mod methods;
mod password;
mod superuser;
mod token;
