//! Building an engine: one for each folder of scripts, shared by all threads.

use super::limits::Limits;
use super::{call, cases, event, fault, host, record, register, reply, shown};
use rhai::packages::{Package, StandardPackage};
use rhai::{Engine, Module, ModuleResolver, Position, Scope, Shared};

/// How deep expressions may be nested: outside and inside of functions.
const EXPRESSIONS: (usize, usize) = (64, 32);

/// An engine with these limits and all host functions.
pub fn build(limits: &Limits) -> Engine {
    let mut engine = Engine::new_raw();
    engine.register_global_module(StandardPackage::new().as_shared_module());
    engine.set_strict_variables(true);
    engine.set_max_operations(limits.operations);
    engine.set_max_call_levels(limits.depth);
    engine.set_max_expr_depths(EXPRESSIONS.0, EXPRESSIONS.1);
    engine.set_max_string_size(limits.string_bytes);
    engine.set_max_array_size(limits.array_items);
    engine.set_max_map_size(limits.map_keys);
    engine.set_max_variables(500);
    engine.set_max_functions(1_000);
    engine.set_max_modules(100);
    engine.disable_symbol("eval");
    engine.set_module_resolver(NoImports);
    engine.on_progress(call::progress);
    engine.on_print(|text| host::log::write("info", text));
    engine.on_debug(|text, _, _| host::log::write("debug", text));
    record::register(&mut engine);
    shown::register(&mut engine);
    event::register(&mut engine);
    fault::register(&mut engine);
    register::register(&mut engine);
    reply::register(&mut engine);
    cases::register(&mut engine);
    host::register(&mut engine);
    engine
}

/// Nothing is imported: what stands in `lib/` is there by its name.
struct NoImports;

impl ModuleResolver for NoImports {
    fn resolve(&self, _: &Engine, _: Option<&str>, path: &str, at: Position) -> Result<Shared<Module>, Box<rhai::EvalAltResult>> {
        let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rhai");
        let advice = format!("import is not needed: the functions of lib/{name}.rhai are there as {name}::…");
        Err(Box::new(rhai::EvalAltResult::ErrorRuntime(advice.into(), at)))
    }
}

/// Makes the functions of a file in `lib/` known under its name.
pub fn add_library(
    engine: &mut Engine,
    name: &str,
    text: &str,
) -> Result<(), (Option<rhai::ParseError>, Option<Box<rhai::EvalAltResult>>)> {
    let ast = engine.compile(text).map_err(|e| (Some(e), None))?;
    let module = Module::eval_ast_as_new(Scope::new(), &ast, engine).map_err(|e| (None, Some(e)))?;
    engine.register_static_module(name, module.into());
    Ok(())
}
