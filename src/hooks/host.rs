//! What scripts can call: a module a file, each with its permissions.

mod crypto;
mod db;
mod env;
mod http;
mod jobs;
pub mod log;
mod mail;
mod outbound;
mod realtime;
mod records;
mod store;
mod text;
mod time;

pub use env::secret_key;

use super::fault;
use rhai::{Engine, FuncRegistration, Module, NativeCallContext, Position, RhaiFunc, RhaiNativeFunc, Shared};

/// Makes all host functions known to an engine.
pub fn register(engine: &mut Engine) {
    for register in [
        crypto::register,
        db::register,
        env::register,
        http::register,
        jobs::register,
        log::register,
        mail::register,
        realtime::register,
        records::register,
        store::register,
        text::register,
        time::register,
    ] {
        register(engine);
    }
}

/// A module that is being made. What goes wrong in its functions has the place of their call, which rhai's own way of adding
/// functions to a module leaves out.
#[derive(Default)]
struct Part(Module);

impl Part {
    fn add<A: 'static, const N: usize, const X: bool, R: 'static, const F: bool>(
        &mut self,
        name: &str,
        function: impl RhaiNativeFunc<A, N, X, R, F>,
    ) {
        let types = types_of(&function);
        let RhaiFunc::Pure { func, has_context, .. } = function.into_rhai_function(true, true) else {
            // Only functions whose first argument is a `&mut` are methods, and a module has none.
            return;
        };
        let placed = move |ctx: Option<NativeCallContext>, args: &mut [&mut rhai::Dynamic]| {
            let at = ctx.as_ref().map_or(Position::NONE, NativeCallContext::call_position);
            func(if has_context { ctx } else { None }, args).map_err(|e| fault::placed(e, at))
        };
        let pure = RhaiFunc::Pure { func: Shared::new(placed), has_context: true, is_pure: true, is_volatile: true };
        FuncRegistration::new(name).set_into_module_raw(&mut self.0, types, pure);
    }

    fn publish(self, engine: &mut Engine, name: &str) {
        engine.register_static_module(name, self.0.into());
    }
}

fn types_of<A: 'static, const N: usize, const X: bool, R: 'static, const F: bool, T: RhaiNativeFunc<A, N, X, R, F>>(
    _: &T,
) -> [std::any::TypeId; N] {
    T::param_types()
}
