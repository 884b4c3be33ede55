//! The look is measured, not believed: contrast, targets, forbidden constructs, names.

use std::collections::HashMap;

use super::*;

const TOKENS: &str = include_str!("../../assets/css/10-tokens.css");

const TEXT_MIN: f64 = 4.5;
const ELDER_TEXT_MIN: f64 = 7.0;
const EDGE_MIN: f64 = 3.0;

type Tokens = HashMap<String, String>;

/// The declarations of the blocks whose selector has `wanted` in it, later ones over earlier ones.
fn declared(wanted: &str) -> Tokens {
    let mut css = TOKENS.to_owned();
    while let Some(start) = css.find("/*") {
        let end = css[start..].find("*/").expect("an open comment") + start + 2;
        css.replace_range(start..end, "");
    }
    let mut tokens = Tokens::new();
    for block in css.split('}') {
        let Some((selector, body)) = block.rsplit_once('{') else {
            continue;
        };
        if !selector.split(',').any(|one| one.trim() == wanted) {
            continue;
        }
        for declaration in body.split(';') {
            if let Some((name, value)) = declaration.split_once(':') {
                tokens.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }
    assert!(!tokens.is_empty(), "no block {wanted}");
    tokens
}

fn mode(selectors: &[&str]) -> Tokens {
    let mut tokens = declared(":root");
    for selector in selectors {
        tokens.extend(declared(selector));
    }
    tokens
}

fn value<'a>(tokens: &'a Tokens, name: &str) -> &'a str {
    let found = tokens.get(name).unwrap_or_else(|| panic!("no token {name}"));
    match found.strip_prefix("var(").and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => value(tokens, inner),
        None => found,
    }
}

/// Relative luminance, WCAG 2.2.
fn luminance(hex: &str) -> f64 {
    assert_eq!(hex.len(), 7, "{hex} is not #RRGGBB");
    let channel = |at: usize| {
        let byte = u8::from_str_radix(&hex[at..at + 2], 16).expect("two hex digits");
        let linear = f64::from(byte) / 255.0;
        if linear <= 0.04045 { linear / 12.92 } else { ((linear + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(tokens: &Tokens, one: &str, other: &str) -> f64 {
    let (a, b) = (luminance(value(tokens, one)), luminance(value(tokens, other)));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Every text colour on every ground it is used on.
const TEXT_ON: [(&str, &[&str]); 12] = [
    (
        "--text",
        &["--bg", "--surface", "--sunk", "--sky-tint", "--ok-tint", "--amber-tint", "--cinnabar-tint"],
    ),
    ("--text-2", &["--bg", "--surface", "--sunk"]),
    ("--hint", &["--bg", "--surface", "--sunk"]),
    ("--heading", &["--bg", "--surface", "--sunk"]),
    ("--link", &["--bg", "--surface", "--sunk"]),
    ("--pine-800", &["--surface", "--pine-tint"]),
    ("--error", &["--bg", "--surface", "--sunk", "--cinnabar-tint"]),
    ("--danger", &["--surface"]),
    ("--warn", &["--bg", "--surface", "--sunk", "--amber-tint"]),
    ("--info", &["--bg", "--surface", "--sunk", "--sky-tint"]),
    ("--ok", &["--bg", "--surface", "--sunk", "--ok-tint"]),
    ("--white", &["--action", "--action-press", "--ink-900"]),
];

fn check(name: &str, tokens: &Tokens, text_min: f64) {
    for (text, grounds) in TEXT_ON {
        for ground in grounds {
            let ratio = contrast(tokens, text, ground);
            assert!(ratio >= text_min, "{name}: {text} on {ground} is {ratio:.2}, wanted {text_min}");
        }
    }
    for edge in ["--border", "--action", "--danger", "--seal", "--ink-900"] {
        for ground in ["--bg", "--surface", "--sunk"] {
            let ratio = contrast(tokens, edge, ground);
            assert!(ratio >= EDGE_MIN, "{name}: edge {edge} on {ground} is {ratio:.2}");
        }
    }
    // The focus ring is yellow inside, ink outside; each must stand out from the other and from the button.
    assert!(contrast(tokens, "--focus", "--ink-900") >= EDGE_MIN, "{name}: focus on ink");
    assert!(contrast(tokens, "--focus", "--action") >= EDGE_MIN, "{name}: focus on the button");
}

#[test]
fn contrast_holds_in_every_mode() {
    check("std", &mode(&[]), TEXT_MIN);
    check("large", &mode(&["[data-size=large]"]), TEXT_MIN);
    check("elder", &mode(&["[data-size=elder]"]), ELDER_TEXT_MIN);
    check("max", &mode(&["[data-size=max]"]), ELDER_TEXT_MIN);
    check("high", &mode(&["[data-contrast=high]"]), ELDER_TEXT_MIN);
    check("elder, high", &mode(&["[data-size=elder]", "[data-contrast=high]"]), ELDER_TEXT_MIN);
}

#[test]
fn the_palette_has_the_measured_ratios() {
    let tokens = mode(&[]);
    for (text, ground, wanted) in [
        ("--ink-900", "--white", 14.94),
        ("--ink-700", "--paper-2", 8.02),
        ("--pine-700", "--white", 7.87),
        ("--cinnabar-700", "--cinnabar-tint", 5.78),
        ("--line-500", "--paper-2", 3.53),
    ] {
        let ratio = contrast(&tokens, text, ground);
        assert!((ratio - wanted).abs() < 0.01, "{text} on {ground} is {ratio:.2}, was {wanted}");
    }
}

#[test]
fn chart_colours_read_on_white() {
    let tokens = mode(&[]);
    for colour in ["--pine-600", "--amber-700", "--sky-700", "--cinnabar-600", "--plum-700", "--ink-600"] {
        assert!(contrast(&tokens, colour, "--white") >= 5.7, "{colour}");
    }
}

fn px(tokens: &Tokens, name: &str) -> f64 {
    let rem = value(tokens, name).strip_suffix("rem").expect("a size in rem");
    rem.parse::<f64>().expect("a number") * 16.0
}

#[test]
fn sizes_and_targets_keep_the_rules() {
    for (selectors, body, floor, tap, tap_2, gap) in [
        (&[][..], 17.0, 15.0, 48.0, 44.0, 8.0),
        (&["[data-size=large]"][..], 20.0, 17.0, 48.0, 44.0, 8.0),
        (&["[data-size=elder]"][..], 24.0, 20.0, 64.0, 60.0, 12.0),
        (&["[data-size=max]"][..], 30.0, 24.0, 64.0, 60.0, 12.0),
    ] {
        let tokens = mode(selectors);
        assert!(px(&tokens, "--t-1") >= body, "{selectors:?} body");
        assert!(px(&tokens, "--t-0") >= floor, "{selectors:?} caption");
        assert!(px(&tokens, "--tap") >= tap, "{selectors:?} primary target");
        assert!(px(&tokens, "--tap-2") >= tap_2, "{selectors:?} other target");
        assert!(px(&tokens, "--gap") >= gap, "{selectors:?} gap");
    }
}

#[test]
fn nothing_an_old_webview_would_drop_or_that_stops_zoom() {
    let files = [
        ("app.css", CSS),
        ("app.js", include_str!("../../assets/app.js")),
        ("base.html", include_str!("../../templates/base.html")),
    ];
    for (file, text) in files {
        for banned in
            ["@layer", "oklch", ":has(", "user-scalable", "maximum-scale", "setFontSizeCallback", "@import"]
        {
            assert!(!text.contains(banned), "{file} has {banned}");
        }
    }
    // A nested rule shows as a second opening brace; only @media may hold rules.
    let mut stack: Vec<bool> = Vec::new();
    let mut prelude = String::new();
    for character in CSS.chars() {
        match character {
            '{' => {
                let at_rule = prelude.rsplit("*/").next().unwrap_or("").trim().starts_with("@media");
                assert!(stack.last() != Some(&false), "nested rule: {prelude}");
                stack.push(at_rule);
                prelude.clear();
            }
            '}' => {
                assert!(stack.pop().is_some(), "a closing brace too many");
                prelude.clear();
            }
            ';' => prelude.clear(),
            other => prelude.push(other),
        }
    }
    assert!(stack.is_empty(), "an open brace");
}

#[test]
fn every_var_has_a_token() {
    for part in CSS.split("var(").skip(1) {
        let name = part.split(')').next().unwrap_or("");
        assert!(TOKENS.contains(&format!("{name}:")), "{name} is used and not declared");
    }
}

#[test]
fn names_follow_the_content_and_are_found() {
    assert!(css_path().starts_with("/static/app.") && css_path().ends_with(".css"));
    assert!(js_path().ends_with(".js"));
    assert!(icons_path().starts_with("/static/icons.") && logo_path().starts_with("/static/logo."));
    for one in assets() {
        let found = asset(one.path).expect("listed");
        assert_eq!(found.bytes, one.bytes);
        let hash = one.path.split('.').nth(1).expect("a hash");
        let digest = Sha256::digest(one.bytes);
        let hex: String = digest.iter().take(HASH_BYTES).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, hex);
    }
    assert!(asset("/static/app.css").is_none());
}

#[test]
fn every_icon_named_in_a_template_is_in_the_sprite() {
    let sprite = include_str!("../../assets/icons.svg");
    assert!(sprite.matches("<symbol").count() <= 72, "the sprite has room for 72");
    for template in [
        include_str!("../../templates/base.html"),
        include_str!("../../templates/ui.html"),
        include_str!("../../templates/error.html"),
    ] {
        for part in template.split("icon(\"").skip(1) {
            let name = part.split('"').next().unwrap_or("");
            assert!(sprite.contains(&format!("id=\"{name}\"")), "no icon {name}");
        }
    }
}
