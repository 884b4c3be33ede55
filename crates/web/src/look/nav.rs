//! The sets of tabs and rail links. `Page::tab` names set and entry: `"volunteer/tasks"`.

/// One entry of the tabs or the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NavItem {
    /// Set and entry, as in `Page::tab`.
    pub tab: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Key of its words.
    pub label: &'static str,
    /// Icon in the sprite.
    pub icon: &'static str,
}

const fn item(tab: &'static str, href: &'static str, label: &'static str, icon: &'static str) -> NavItem {
    NavItem { tab, href, label, icon }
}

const PUBLIC: &[NavItem] = &[
    item("public/home", "/", "shell-tab-home", "home"),
    item("public/activities", "/activities", "shell-tab-activities", "calendar"),
    item("public/board", "/board", "shell-tab-board", "chart-bar"),
    item("public/me", "/me", "shell-tab-me", "user"),
];

const VOLUNTEER: &[NavItem] = &[
    item("volunteer/today", "/v", "shell-tab-today", "home"),
    item("volunteer/tasks", "/tasks", "shell-tab-tasks", "search"),
    item("volunteer/me", "/me", "shell-tab-me", "user"),
];

const LEADER: &[NavItem] = &[
    item("leader/today", "/v", "shell-tab-today", "home"),
    item("leader/tasks", "/tasks", "shell-tab-tasks", "search"),
    item("leader/team", "/team", "shell-tab-team", "users"),
    item("leader/me", "/me", "shell-tab-me", "user"),
];

const WORKER: &[NavItem] = &[
    item("worker/inbox", "/w", "shell-rail-inbox", "list-check"),
    item("worker/needs", "/w/needs", "shell-rail-needs", "heart-handshake"),
    item("worker/hotline", "/h/calls", "shell-rail-calls", "bell"),
    item("worker/people", "/w/people", "shell-rail-people", "users"),
    item("worker/activities", "/team", "shell-rail-activities", "calendar"),
    item("worker/reviews", "/w/reviews", "shell-rail-reviews", "clipboard-check"),
    item("worker/called", "/w/called", "shell-rail-called", "phone"),
    item("worker/cases", "/w/cases", "shell-rail-cases", "shield-check"),
    item("worker/announce", "/w/announce", "shell-rail-announce", "certificate"),
    item("worker/groups", "/w/groups", "shell-rail-groups", "message"),
    item("worker/sheets", "/w/export", "shell-rail-sheets", "download"),
    item("worker/board", "/board", "shell-tab-board", "chart-bar"),
];

const OPERATOR: &[NavItem] = &[
    item("operator/call", "/h", "shell-rail-call", "phone"),
    item("operator/calls", "/h/calls", "shell-rail-calls", "bell"),
    item("operator/me", "/me", "shell-tab-me", "user"),
];

const ADMIN: &[NavItem] = &[
    item("admin/roles", "/a/roles", "shell-rail-roles", "shield-check"),
    item("admin/people", "/w/people", "shell-rail-people", "users"),
    item("admin/cases", "/w/cases", "shell-rail-cases", "shield-check"),
    item("admin/board", "/board", "shell-tab-board", "chart-bar"),
];

const AREA: &[NavItem] = &[
    item("area/overview", "/a", "shell-rail-overview", "chart-bar"),
    item("area/overdue", "/a/overdue", "shell-rail-overdue", "bell"),
    item("area/compare", "/a/compare", "shell-rail-compare", "scale"),
    item("area/reports", "/a/reports", "shell-rail-reports", "printer"),
    item("area/typed", "/a/typed", "shell-rail-typed", "edit"),
    item("area/definitions", "/a/definitions", "shell-rail-definitions", "book"),
    item("area/board", "/board", "shell-tab-board", "certificate"),
    item("area/me", "/me", "shell-tab-me", "user"),
];

const AUDIT: &[NavItem] = &[
    item("audit/alarms", "/x", "shell-rail-alarms", "eye"),
    item("audit/samples", "/x/sample", "shell-rail-samples", "phone"),
    item("audit/export", "/x/export", "shell-rail-export", "download"),
    item("audit/told", "/x/told", "shell-rail-told", "bell"),
    item("audit/verify", "/verify", "shell-rail-verify", "certificate"),
    item("audit/overview", "/a", "shell-rail-overview", "chart-bar"),
    item("audit/me", "/me", "shell-tab-me", "user"),
];

const TRAINER: &[NavItem] = &[
    item("trainer/courses", "/t", "shell-tab-courses", "school"),
    item("trainer/trainings", "/training", "shell-tab-trainings", "calendar"),
    item("trainer/me", "/me", "shell-tab-me", "user"),
];

const PLACES: &[NavItem] = &[
    item("places/stations", "/places", "shell-rail-places", "building-community"),
    item("places/policies", "/a/policies", "shell-rail-policies", "scale"),
    item("places/board", "/board", "shell-tab-board", "chart-bar"),
];

fn set(tab: &str) -> &str {
    tab.split('/').next().unwrap_or("")
}

/// The set that `tab` names; empty for a page without navigation.
pub(super) fn items(tab: &str) -> &'static [NavItem] {
    match set(tab) {
        "public" => PUBLIC,
        "volunteer" => VOLUNTEER,
        "leader" => LEADER,
        "worker" => WORKER,
        "operator" => OPERATOR,
        "admin" => ADMIN,
        "area" => AREA,
        "audit" => AUDIT,
        "places" => PLACES,
        "trainer" => TRAINER,
        _ => &[],
    }
}

/// Staff have a rail, everyone else tabs.
pub(super) fn is_rail(tab: &str) -> bool {
    matches!(set(tab), "worker" | "operator" | "admin" | "area" | "audit" | "places")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_has_words_and_an_icon() {
        let sprite = include_str!("../../assets/icons.svg");
        let chinese = include_str!("../../locales/zh-CN.ftl");
        let english = include_str!("../../locales/en.ftl");
        for list in [PUBLIC, VOLUNTEER, LEADER, WORKER, OPERATOR, ADMIN, AREA, AUDIT, PLACES, TRAINER] {
            for one in list {
                assert!(items(one.tab).contains(one), "{}", one.tab);
                assert!(sprite.contains(&format!("id=\"{}\"", one.icon)), "{}", one.icon);
                for words in [chinese, english] {
                    assert!(words.contains(&format!("\n{} = ", one.label)), "{}", one.label);
                }
            }
        }
        assert!(items("").is_empty() && !is_rail("") && is_rail("worker/needs"));
        assert!(PUBLIC.len() <= 5 && LEADER.len() <= 5, "two to five tabs");
    }

    /// A key that a shell template asks for exists in both languages, and both have the same keys.
    #[test]
    fn the_shell_words_are_complete() {
        let keys = |text: &'static str| -> Vec<&'static str> {
            text.lines()
                .filter(|line| !line.starts_with('#'))
                .filter_map(|line| line.split_once(" = "))
                .map(|(key, _)| key)
                .collect()
        };
        let chinese = keys(include_str!("../../locales/zh-CN.ftl"));
        let english = keys(include_str!("../../locales/en.ftl"));
        assert_eq!(chinese, english);
        for template in [
            include_str!("../../templates/base.html"),
            include_str!("../../templates/ui.html"),
            include_str!("../../templates/error.html"),
        ] {
            for call in ["page.t(\"", "page.ta(\""] {
                for part in template.split(call).skip(1) {
                    let key = part.split('"').next().unwrap_or("");
                    assert!(chinese.contains(&key), "no words for {key}");
                }
            }
        }
    }
}
