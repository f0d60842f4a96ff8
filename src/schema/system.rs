//! The collections that every server starts with: those of PocketBase, with its ids, and those in which Luge keeps its own state.

use super::edit::complete_system;
use super::field::{AutodateOptions, FileOptions, JsonOptions, NumberOptions, PasswordOptions, TextOptions};
use super::{Collection, Field, Kind, Options};

/// The number of the internal collection that holds the stored form of all others.
pub const COLLECTIONS: u32 = 1;
/// The number of the internal collection of settings.
pub const PARAMS: u32 = 2;
/// The number of the internal collection of answers to be given again.
pub const IDEMPOTENCY: u32 = 3;

const OWN: &str = "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId";

/// All of them, numbered from 1, their indexes too. Secrets are fresh: only the first start of a server may store them.
pub fn collections(now: &str) -> Vec<Collection> {
    let mut all = vec![
        internal("_collections", vec![text("name"), data()]),
        internal("_params", vec![data()]),
        internal("_idempotency", vec![Field::new("status", Options::Number(NumberOptions::default())), text("body"), created()]),
        owned("_mfas", &["method"], &["INDEX `idx_mfas_collectionRef_recordRef` ON `_mfas` (collectionRef,recordRef)"], false),
        one_time_passwords(),
        owned(
            "_externalAuths",
            &["provider", "providerId"],
            &[
                "UNIQUE INDEX `idx_externalAuths_record_provider` ON `_externalAuths` (collectionRef, recordRef, provider)",
                "UNIQUE INDEX `idx_externalAuths_collection_provider` ON `_externalAuths` (collectionRef, provider, providerId)",
            ],
            true,
        ),
        owned(
            "_authOrigins",
            &["fingerprint"],
            &["UNIQUE INDEX `idx_authOrigins_unique_pairs` ON `_authOrigins` (collectionRef, recordRef, fingerprint)"],
            true,
        ),
        superusers(),
        users(),
        internal("_jobs", vec![data()]),
        internal("_deadLetters", vec![data()]),
        internal("_outbox", vec![data()]),
        internal("_scripts", vec![data(), Field::new("n", Options::Number(NumberOptions::default()))]),
    ];
    let mut index = 0;
    for (number, collection) in (1..).zip(&mut all) {
        collection.number = number;
        (collection.created, collection.updated) = (now.to_owned(), now.to_owned());
        for entry in &mut collection.indexes {
            index += 1;
            (entry.number, entry.ready) = (index, true);
        }
    }
    all
}

fn text(name: &str) -> Field {
    Field::new(name, Options::Text(TextOptions::default()))
}

fn required(name: &str) -> Field {
    Field { system: true, ..Field::new(name, Options::Text(TextOptions { required: true, ..TextOptions::default() })) }
}

/// The data of the server's own state has no limit of its own.
fn data() -> Field {
    Field::new("data", Options::Json(JsonOptions { max_size: super::check::MAX_SAFE_INT, required: false }))
}

fn created() -> Field {
    Field::new("created", Options::Autodate(AutodateOptions { on_create: true, on_update: false }))
}

fn updated() -> Field {
    Field::new("updated", Options::Autodate(AutodateOptions { on_create: true, on_update: true }))
}

fn system(field: Field) -> Field {
    Field { system: true, ..field }
}

fn internal(name: &str, fields: Vec<Field>) -> Collection {
    let mut collection = complete_system(Kind::Base, name, None, fields, Vec::new());
    (collection.system, collection.internal) = (true, true);
    // Its ids are whatever the server needs: names, hashes, `settings`.
    for field in &mut collection.fields {
        if let Options::Text(o) = &mut field.options {
            (o.min, o.max, o.pattern) = (0, 0, if o.primary_key { ".*".into() } else { String::new() });
            o.max = super::check::MAX_SAFE_INT;
        }
    }
    collection
}

/// Records that belong to an auth record, which may see them and, when `deletable`, remove them.
fn owned(name: &str, own: &[&str], indexes: &[&str], deletable: bool) -> Collection {
    let mut fields = vec![required("collectionRef"), required("recordRef")];
    fields.extend(own.iter().map(|name| required(name)));
    fields.extend([system(created()), system(updated())]);
    owned_with(name, fields, indexes, deletable)
}

fn owned_with(name: &str, fields: Vec<Field>, indexes: &[&str], deletable: bool) -> Collection {
    let statements = indexes.iter().map(|index| format!("CREATE {index}")).collect();
    let mut collection = complete_system(Kind::Base, name, None, fields, statements);
    collection.system = true;
    collection.rules.list = Some(OWN.into());
    collection.rules.view = Some(OWN.into());
    collection.rules.delete = deletable.then(|| OWN.into());
    collection
}

fn one_time_passwords() -> Collection {
    let password = PasswordOptions { cost: 8, required: true, ..PasswordOptions::default() };
    let password = Field { hidden: true, ..system(Field::new("password", Options::Password(password))) };
    let sent_to = Field { hidden: true, ..system(text("sentTo")) };
    let dates = [system(created()), system(updated())];
    let fields = [required("collectionRef"), required("recordRef"), password, sent_to].into_iter().chain(dates).collect();
    owned_with("_otps", fields, &["INDEX `idx_otps_collectionRef_recordRef` ON `_otps` (collectionRef, recordRef)"], false)
}

fn superusers() -> Collection {
    let mut collection = complete_system(Kind::Auth, "_superusers", None, vec![system(created()), system(updated())], Vec::new());
    collection.system = true;
    if let Some(options) = &mut collection.auth {
        options.auth_token.duration = 86_400;
    }
    collection
}

fn users() -> Collection {
    let name = Field::new("name", Options::Text(TextOptions { max: 255, ..TextOptions::default() }));
    let images = ["image/jpeg", "image/png", "image/svg+xml", "image/gif", "image/webp"];
    let avatar = FileOptions { max_select: 1, mime_types: images.map(str::to_owned).into(), ..FileOptions::default() };
    let fields = vec![name, Field::new("avatar", Options::File(avatar)), created(), updated()];
    let mut collection = complete_system(Kind::Auth, "users", Some("_pb_users_auth_"), fields, Vec::new());
    let own = || Some("id = @request.auth.id".to_owned());
    let rules = &mut collection.rules;
    (rules.list, rules.view, rules.update, rules.delete) = (own(), own(), own(), own());
    rules.create = Some(String::new());
    if let Some(options) = &mut collection.auth {
        options.oauth2["mappedFields"]["name"] = "name".into();
        options.oauth2["mappedFields"]["avatarURL"] = "avatar".into();
    }
    collection
}
