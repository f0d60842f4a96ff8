//! Handlers that decide what clients of realtime may do.

use super::convert;
use super::events::On;
use super::scripts::Scripts;
use crate::realtime::veto::{Attempt, Veto};
use crate::rules::Request;
use rhai::Dynamic;

impl Scripts {
    /// Asks the handlers, if there are any; for the realtime hub.
    pub fn veto(&self) -> Veto {
        let scripts = self.clone();
        Box::new(move |authority, attempt| {
            let (on, values, request) = match attempt {
                Attempt::Subscribe { .. } if scripts.is_quiet(On::RealtimeSubscribe) => return None,
                Attempt::Message { .. } if scripts.is_quiet(On::RealtimeMessage) => return None,
                Attempt::Subscribe { topic, collection, record, query, headers } => {
                    let text = |text: &Option<&str>| text.map_or(Dynamic::UNIT, |text| Dynamic::from(text.to_owned()));
                    let values =
                        vec![("topic", Dynamic::from((*topic).to_owned())), ("collection", text(collection)), ("id", text(record))];
                    let request = Request { query: (*query).clone(), headers: (*headers).clone(), ..request() };
                    (On::RealtimeSubscribe, values, request)
                }
                Attempt::Message { channel, event, data } => {
                    let values = vec![
                        ("channel", Dynamic::from((*channel).to_owned())),
                        ("name", Dynamic::from((*event).to_owned())),
                        ("data", convert::from_json(data)),
                    ];
                    (On::RealtimeMessage, values, request())
                }
            };
            let (scripts, authority) = (scripts.clone(), authority.clone());
            Some(Box::pin(async move { scripts.tell(on, None, &authority, &request, values).await }))
        })
    }

    /// Whether nobody listens to an event.
    fn is_quiet(&self, on: On) -> bool {
        self.0.loaded.load().of(on).is_empty()
    }
}

fn request() -> Request {
    Request { context: "realtime", method: "GET".to_owned(), ..Request::default() }
}
