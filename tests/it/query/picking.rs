//! `?fields=` and `:excerpt`.

use luge::query::fields::{pick, pick_items};
use serde_json::{Value as Json, json};

fn picked(body: &Json, fields: &str) -> Result<Json, String> {
    let body = serde_json::to_vec(body).unwrap();
    pick(&body, fields).map(|b| serde_json::from_slice(&b).unwrap()).map_err(|e| e.message)
}

#[test]
fn fields_pick_parts() {
    let body = json!({
        "a": 1, "b": "two", "c": {"d": 3, "e": {"f": 4, "g": 5}}, "l": [{"x": 1, "y": 2}, {"y": 3}], "s": ["x", "y"], "r": "<p>rel title</p>",
    });
    let cases = [
        ("", body.clone()),
        ("a,  b ,nothing", json!({"a": 1, "b": "two"})),
        ("nothing", json!({})),
        ("c.d", json!({"c": {"d": 3}})),
        ("c.e.g,a", json!({"a": 1, "c": {"e": {"g": 5}}})),
        ("c.e,c.e.g", json!({"c": {"e": {"f": 4, "g": 5}}})),
        ("c.*,c.e.f", json!({"c": {"d": 3, "e": {"f": 4}}})),
        ("*,c.d,l.x,s,r", json!({"a": 1, "b": "two", "c": {"d": 3}, "l": [{"x": 1}, {}], "s": ["x", "y"], "r": "<p>rel title</p>"})),
        ("l.y", json!({"l": [{"y": 2}, {"y": 3}]})),
        ("s.x", json!({"s": ["x", "y"]})),
        ("c.*.f", json!({"c": {}})),
        ("r:excerpt(3, true),b:excerpt(1)", json!({"b": "t", "r": "rel..."})),
        ("a:excerpt(1)", json!({"a": 1})),
        ("*:excerpt(2),c.d", json!({"a": 1, "b": "tw", "c": {"d": 3}, "l": [{"x": 1, "y": 2}, {"y": 3}], "s": ["x", "y"], "r": "re"})),
    ];
    for (fields, expected) in cases {
        assert_eq!(picked(&body, fields), Ok(expected), "fields {fields:?}");
    }
    for wrong in
        ["a:excerpt", "a:excerpt(0)", "a:excerpt(-1)", "a:excerpt(x)", "a:excerpt(1,true,2)", "a:nothing(1)", "a:excerpt(1", "a,'b"]
    {
        assert!(picked(&body, wrong).is_err(), "fields {wrong:?}");
    }
}

#[test]
fn a_list_is_picked_from_in_its_items() {
    let body = serde_json::to_vec(&json!({"items": [{"a": 1, "b": 2}], "page": 1})).unwrap();
    assert_eq!(pick_items(&body, "b").unwrap(), br#"{"items":[{"b":2}],"page":1}"#);
}

#[test]
fn an_excerpt_is_what_a_reader_sees() {
    let html = " <script>var a = 123;</script>   <p>Hello</p><div id=\"test_id\">t   est<b>12\n\t3</b><span>456</span></div><span>word <b>7</b> 89<span>!<b>?</b><b> a </b><b>b </b>c</span>#<h1>title</h1>";
    let plain = "Hello t est12 3456 word 7 89!? a b c# title";
    let cases = [
        (html, "2", "He"),
        (html, "2,true", "He..."),
        (html, "43", plain),
        (html, "43,true", plain),
        (html, "100", plain),
        ("аб\nв ", "4,t", "аб в"),
        ("аб\nв ", "3,t", "аб..."),
        (
            "<p>Hello &amp; good&nbsp;bye</p><script>x<b</script>a<br>b<!-- c -->d &lt;e&gt; <ul><li>1</li><li>2</li></ul><select><option>q</select>z",
            "200",
            "Hello & good\u{a0}bye abd <e> 1 2 z",
        ),
        ("1 < 2 & 3 > 2 &unknown; &#65;&#x42;", "200", "1 < 2 & 3 > 2 &unknown; AB"),
        ("<a href='x>y'>link</a> <img src=x><b>bold", "200", "link bold"),
        ("don't <i don't>worry</i>", "200", "don't worry"),
        ("<script>never closed", "200", ""),
        ("<", "200", "<"),
        ("<p", "200", ""),
        ("</p>a</b>", "200", "a"),
    ];
    for (text, arguments, expected) in cases {
        let body = json!({"t": text});
        assert_eq!(picked(&body, &format!("t:excerpt({arguments})")), Ok(json!({"t": expected})), "{text:?} ({arguments})");
    }
}
