//! `geoPoint`: a place on earth in degrees.

use super::{Field, FieldType, Options, read::Reader, unchecked, unmodified};
use crate::error::Problem;
use crate::value::Value;
use serde_json::{Map, Value as Json, json};

pub(super) static TYPE: FieldType = FieldType { name: "geoPoint", parse, write, normalise, modify: unmodified, validate, check: unchecked };

fn parse(r: &mut Reader) -> Options {
    Options::GeoPoint { required: r.bool("required") }
}

fn write(options: &Options, map: &mut Map<String, Json>) {
    let Options::GeoPoint { required } = options else { return };
    map.insert("required".into(), json!(required));
}

fn normalise(_: &Field, json: &Json) -> Value<'static> {
    let parsed: Json;
    let json = match json {
        Json::String(text) => {
            parsed = serde_json::from_str(text).unwrap_or_default();
            &parsed
        }
        other => other,
    };
    // A part that is missing or no number is 0.
    let degrees = |key: &str| json.get(key).and_then(Json::as_f64).unwrap_or(0.0);
    Value::Geo { lon: degrees("lon"), lat: degrees("lat") }
}

fn validate(field: &Field, value: &Value, _: Option<&Value>) -> Option<Problem> {
    let (lon, lat) = match value {
        Value::Geo { lon, lat } => (*lon, *lat),
        _ => (0.0, 0.0),
    };
    if lon == 0.0 && lat == 0.0 {
        return matches!(field.options, Options::GeoPoint { required: true }).then(Problem::required);
    }
    if !(-90.0..=90.0).contains(&lat) {
        return Some(Problem::new("validation_invalid_latitude", "Latitude must be between -90 and 90 degrees."));
    }
    let message = "Longitude must be between -180 and 180 degrees.";
    (!(-180.0..=180.0).contains(&lon)).then(|| Problem::new("validation_invalid_longitude", message))
}
