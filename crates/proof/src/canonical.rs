//! Canonical JSON, so that the same event has the same bytes everywhere.

use serde_json::Value;

/// JSON as RFC 8785 writes it, for what our events hold: objects, arrays, strings, whole numbers within
/// ±2^53, booleans and null. Members are sorted by UTF-16 code units, whatever order the map keeps.
pub fn canonical_json(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (n, (name, member)) in sorted.into_iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                string(name, out);
                out.push(b':');
                write(member, out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::String(text) => string(text, out),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            out.extend_from_slice(value.to_string().as_bytes())
        }
    }
}

/// serde_json escapes exactly what RFC 8785 §3.2.2.2 does.
fn string(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(Value::from(text).to_string().as_bytes());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::canonical_json;

    #[test]
    fn members_are_sorted_and_strings_escaped_as_the_rfc_does() {
        let value =
            json!({"\u{20ac}": 1, "\r": [true, null], "1": "a\u{f}\n\"\\/", "a": {"c": -2, "b": "邻"}});
        let text =
            "{\"\\r\":[true,null],\"1\":\"a\\u000f\\n\\\"\\\\/\",\"a\":{\"b\":\"邻\",\"c\":-2},\"€\":1}";
        assert_eq!(String::from_utf8(canonical_json(&value)).unwrap(), text);
    }
}
