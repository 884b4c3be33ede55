//! What goes into a group: an activity's text and code, and nobody's name.

use testkit::on_both;

use super::{
    pages::{client, guest, led},
    scene::{self, HERE, THERE},
};

#[test]
fn a_group_reads_where_and_when_and_nobodys_name() {
    on_both(|world| {
        let worker = scene::worker(world, HERE);
        let none = client(world, &worker).get("/w/groups");
        assert!(
            none.body.contains("最近没有可以发的活动") && none.body.contains("有事找邻里"),
            "{}",
            none.body
        );

        let (leader, shift) = led(world, 3);
        let page = client(world, &worker).get("/w/groups");
        assert!(page.body.contains("清理楼道") && page.body.contains("还差 3 人"), "{}", page.body);
        assert!(
            page.body.contains(&format!("/activities/{shift}")) && page.body.matches("<svg").count() >= 3
        );
        assert!(!page.body.contains("韩队长"));
        assert!(world.statements("groups_page") <= 8);
        assert!(client(world, &leader).get("/w/groups").body.contains("清理楼道"));

        // The worker of another district sends their own activities.
        let away = client(world, &scene::worker(world, THERE)).get("/w/groups");
        assert!(!away.body.contains("清理楼道"));
        assert_eq!(guest(world).get("/w/groups").status, 303);
    });
}
