//! What is not volunteering (民政部令第67号 art. 19: it must not be recorded or certified). An activity that looks like it is
//! looked at by a second person before it is published; what each kind leads to is a rule of the place.

use db::{Outcome, Tx};
use kernel::{Day, DivisionCode};

use crate::policy::policy;

kernel::words! {
    /// What is not volunteering, or easily is not.
    NoService {
        /// Paid work, the own job (志愿服务条例 art. 2: voluntary and unpaid; 志愿汇).
        Paid = "paid",
        /// Selling and advertising (志愿服务条例 art. 2; 广东 i志愿).
        Commerce = "commerce",
        /// Meetings, lectures, what a party or a unit does for its own members (广东 i志愿).
        Meeting = "meeting",
        /// Training, internships, visits, films (志愿汇); training has its own record (民政部令第67号 art. 8).
        Training = "training",
        /// Office duty, overtime (广东 i志愿, 志愿汇).
        Duty = "duty",
        /// Dinners, team building, birthday greetings, rehearsals (广东 i志愿, 志愿汇).
        Social = "social",
        /// Likes, forwards, quizzes, votes (广东 i志愿).
        Online = "online",
        /// Hours for donations (广东 i志愿).
        Donation = "donation",
        /// Prayer (广东 i志愿).
        Worship = "worship",
        /// Hours noted down later under the name of an activity (广东 i志愿: no 补录 in the name).
        Backfill = "backfill",
    }
}

impl NoService {
    /// Words by which somebody says that it is this.
    const fn said(self) -> &'static [&'static str] {
        match self {
            Self::Paid => &["工资", "日薪", "时薪", "有偿", "报酬", "劳务费", "兼职"],
            Self::Commerce => &["促销", "推销", "带货", "商业推广", "开业", "招商"],
            Self::Meeting => {
                &["会议", "例会", "开会", "讲座", "座谈会", "党课", "党费", "主题党日", "组织生活"]
            }
            Self::Training => &["培训", "实习", "参观", "观影", "看电影", "研学"],
            Self::Duty => &["办公室值班", "单位值班", "值夜班", "本职工作", "加班"],
            Self::Social => &["聚餐", "团建", "联欢", "年会", "生日会", "生日祝福", "排练", "彩排"],
            Self::Online => &["点赞", "转发", "答题", "投票", "抽奖"],
            Self::Donation => &["捐款", "捐物", "捐赠换"],
            Self::Worship => &["祈祷", "祷告", "礼佛"],
            Self::Backfill => &["补录", "补时长", "刷时长"],
        }
    }
}

/// What looks like no service in a text, in the order of the list.
pub fn suspected(text: &str) -> Vec<NoService> {
    let says = |kind: &NoService| kind.said().iter().any(|word| text.contains(word));
    NoService::ALL.iter().copied().filter(says).collect()
}

/// What a place does about a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suspicion {
    /// A second person looks at it because of these.
    pub reviewed: Vec<NoService>,
    /// Nothing counts because of these, whoever looks.
    pub never: Vec<NoService>,
}

/// What the rules of `place` on `day` say of an activity with this text. One statement, none where nothing is suspected.
///
/// # Errors
/// A fault.
pub fn suspicion(tx: &mut Tx<'_>, place: DivisionCode, day: Day, text: &str) -> Outcome<Suspicion> {
    let mut all = Suspicion::default();
    let suspected = suspected(text);
    if suspected.is_empty() {
        return Ok(all);
    }
    let policy = policy(tx, place, day)?;
    for kind in suspected {
        match policy.about(kind) {
            0 => {}
            1 => all.reviewed.push(kind),
            _ => all.never.push(kind),
        }
    }
    Ok(all)
}
