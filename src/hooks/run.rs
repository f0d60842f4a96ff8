//! Running a handler that may reach the world, on a thread that it may hold up.

use super::call::{self, Call, Reach};
use super::fault::Fault;
use super::scripts::Scripts;
use super::unit::Handler;
use crate::error::{Code, Error};
use rhai::{Dynamic, EvalAltResult};
use std::rc::Rc;
use std::sync::Arc;

/// How a run ended without a result.
pub enum Ended {
    /// The script failed.
    Fault(Box<Fault>),
    /// It never began.
    Busy(Error),
}

impl Ended {
    /// The error for whoever caused the run.
    pub fn error(self, scripts: &Scripts, handler: &Handler) -> Error {
        match self {
            Ended::Busy(error) => error,
            Ended::Fault(fault) => scripts.told(handler, *fault),
        }
    }
}

impl Scripts {
    /// Runs a handler; `work` calls it.
    pub async fn run<T: Send + 'static>(
        &self,
        handler: &Arc<Handler>,
        work: impl FnOnce(&Handler) -> Result<T, Box<EvalAltResult>> + Send + 'static,
    ) -> Result<T, Ended> {
        let db = self.0.db().map_err(Ended::Busy)?;
        let (host, handler) = (self.0.clone(), handler.clone());
        let ran = db.aside().run(move || {
            let call = Rc::new(Call { host, unit: handler.unit.clone(), what: handler.place(), reach: Reach::World });
            let time = handler.unit.source.limits.timeout();
            call::run(&call, time, || work(&handler)).map_err(|error| Box::new(handler.fault(&error)))
        });
        match ran.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(fault)) => Err(Ended::Fault(fault)),
            Err(error) if error.code == Code::TooManyRequests => Err(Ended::Busy(error)),
            Err(error) => Err(Ended::Fault(Box::new(Fault::of_server(error)))),
        }
    }

    /// The same for a handler whose one argument is ready.
    pub async fn run_with(&self, handler: &Arc<Handler>, argument: Dynamic) -> Result<Dynamic, Ended> {
        self.run(handler, move |handler| handler.call((argument,))).await
    }
}
