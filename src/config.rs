//! Settings: those of the application, which superusers edit over the API, and those of the process, which the machine's owner gives at start.

pub mod process;
pub mod settings;

pub use process::Process;
pub use settings::Settings;
