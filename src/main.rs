//! The `luge` binary.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    match luge::cli::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("luge: {}", luge::cli::told(&error));
            std::process::ExitCode::FAILURE
        }
    }
}
