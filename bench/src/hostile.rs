//! Scripts that never end or never have enough: each is stopped at its limits, and nobody else may feel it.

use crate::Result;
use crate::client::request;
use crate::load::Requests;
use crate::others::{self, Others};
use crate::server::Program;
use crate::workload::Scene;
use std::sync::Arc;

/// Its name for `--only`.
pub const NAME: &str = "hostile-scripts";

/// Clients that ask for such scripts at the same time.
const CLIENTS: usize = 8;

const SCRIPT: &str = r#"fn deeper(n) { deeper(n + 1) }
route("GET", "/api/endless", |req| { loop {} });
route("GET", "/api/deep", |req| { deeper(0) });
route("GET", "/api/long", |req| { let text = "x"; loop { text += text; } });
route("GET", "/api/wide", |req| { let list = []; loop { list.push("x"); } });
"#;
const PATHS: [&str; 4] = ["/api/endless", "/api/deep", "/api/long", "/api/wide"];

/// Measures on a server of its own, started on the loaded data.
pub async fn measure(program: &Program, ready: &str, scene: &Scene<'_>) -> Result<Others> {
    let flag = program.write_script("hostile", SCRIPT)?;
    let server = program.start(&[flag.as_str()], ready).await?;
    let costly = Requests::cycle(PATHS.iter().map(|path| request("GET", path, None, None)).collect());
    let others = others::measure(&server, scene, &Arc::new(costly), CLIENTS).await?;
    server.stop().await?;
    Ok(others)
}
