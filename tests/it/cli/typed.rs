//! `luge types`: what it writes, and whether a file is up to date.

use clap::Parser;
use luge::cli::database;
use luge::cli::typed::Types;
use luge::commit::collections;
use luge::query::Authority;
use serde_json::{Value as Json, json};
use std::path::Path;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    types: Types,
}

async fn run(dir: &Path, arguments: &[&str]) -> Result<(), String> {
    let types = Line::try_parse_from([&["types"], arguments].concat()).map_err(|e| e.to_string())?.types;
    types.run(dir).await.map_err(|e| e.message)
}

async fn create(dir: &Path, bodies: &[Json]) {
    let db = database::open(dir).await.unwrap();
    for body in bodies {
        collections::create(&db, &Authority::System("test"), body.as_object().unwrap()).await.unwrap();
    }
    db.close();
}

fn shop() -> Vec<Json> {
    vec![
        json!({"name": "tags", "id": "tags_id", "fields": [{"name": "label", "type": "text"}]}),
        json!({
            "name": "shop_items", "id": "shop_items_id",
            "fields": [
                {"name": "title", "type": "text", "required": true},
                {"name": "code", "type": "text", "required": true, "autogeneratePattern": "[a-z]{5}"},
                {"name": "price", "type": "number", "required": true},
                {"name": "kind", "type": "select", "values": ["a", "it's"]},
                {"name": "sizes", "type": "select", "values": ["s", "m"], "maxSelect": 2, "required": true},
                {"name": "secret", "type": "text", "hidden": true},
                {"name": "extra", "type": "json"},
                {"name": "place", "type": "geoPoint"},
                {"name": "since", "type": "date"},
                {"name": "pictures", "type": "file", "maxSelect": 3},
                {"name": "main", "type": "file"},
                {"name": "2nd", "type": "bool"},
                {"name": "created", "type": "autodate", "onCreate": true},
                {"name": "labels", "type": "relation", "collectionId": "tags_id", "maxSelect": 9},
            ]
        }),
        json!({
            "name": "details",
            "fields": [{"name": "of", "type": "relation", "collectionId": "shop_items_id", "required": true}],
            "indexes": ["CREATE UNIQUE INDEX one_detail ON details (of)"]
        }),
    ]
}

const ITEM: &str = "
/** A record of `shop_items`. */
export interface ShopItems extends RecordBase {
  '2nd': boolean;
  code: string;
  created: string;
  extra: unknown;
  kind: '' | 'a' | 'it\\'s';
  labels: string[];
  main: string;
  pictures: string[];
  place: { lat: number; lon: number };
  price: number;
  secret?: string;
  since: string;
  sizes: ('s' | 'm')[];
  title: string;
}

/** What creating a record of `shop_items` takes. */
export interface ShopItemsCreate {
  '2nd'?: boolean;
  code?: string;
  extra?: unknown;
  id?: string;
  kind?: '' | 'a' | 'it\\'s';
  labels?: string[];
  main?: File | Blob | string | null;
  pictures?: (File | Blob | string)[];
  place?: { lat: number; lon: number };
  price: number;
  secret?: string;
  since?: string | Date;
  sizes: ('s' | 'm')[];
  title: string;
}

/** What updating a record of `shop_items` takes. */
export interface ShopItemsUpdate {
  '2nd'?: boolean;
  code?: string;
  extra?: unknown;
  kind?: '' | 'a' | 'it\\'s';
  labels?: string[];
  '+labels'?: string[];
  'labels+'?: string[];
  'labels-'?: string[];
  main?: File | Blob | string | null;
  pictures?: (File | Blob | string)[];
  '+pictures'?: (File | Blob | string)[];
  'pictures+'?: (File | Blob | string)[];
  'pictures-'?: string[];
  place?: { lat: number; lon: number };
  price?: number;
  'price+'?: number;
  'price-'?: number;
  secret?: string;
  since?: string | Date;
  sizes?: ('s' | 'm')[];
  '+sizes'?: ('s' | 'm')[];
  'sizes+'?: ('s' | 'm')[];
  'sizes-'?: ('s' | 'm')[];
  title?: string;
}
";

const ENTRY: &str = "
  shop_items: {
    record: ShopItems;
    create: ShopItemsCreate;
    update: ShopItemsUpdate;
    relations: {
      details_via_of: { to: 'details'; many: false };
      labels: { to: 'tags'; many: true };
    };
  };
";

#[tokio::test]
async fn typescript() {
    let place = tempfile::tempdir().unwrap();
    let (dir, file) = (place.path().join("data"), place.path().join("luge.ts"));
    let out = file.to_str().unwrap();
    create(&dir, &shop()).await;
    run(&dir, &["--lang", "ts", "--out", out]).await.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(ITEM), "{text}");
    assert!(text.contains(ENTRY), "{text}");
    assert!(text.contains("shop_items_via_labels: { to: 'shop_items'; many: true };"), "{text}");
    assert!(text.contains("  passwordConfirm: string;\n") && text.contains("  email?: string;\n"), "{text}");
    assert!(!text.contains("tokenKey") && !text.contains("_externalAuths"), "{text}");

    run(&dir, &["--out", out, "--check"]).await.unwrap();
    create(&dir, &[json!({"name": "more"})]).await;
    let refused = run(&dir, &["--out", out, "--check"]).await.unwrap_err();
    assert!(refused.contains("out of date"), "{refused}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "a check writes nothing");
    run(&dir, &["--check"]).await.unwrap_err();
    run(&place.path().join("nothing"), &[]).await.unwrap_err();
}
