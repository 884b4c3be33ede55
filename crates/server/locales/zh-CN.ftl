# linli match explain
match-not-best = 这份安排不是最好的；下面的代价都和最好的安排比。
match-need = 需求 { $need }：{ $slot }，要技能 { $skill }，{ $seats } 个名额，已安排 { $filled } 人。
match-serving = 志愿者 { $volunteer } 去：住 { $metres } 米外，{ $nearer ->
    [0] 能去的人里最近
   *[other] 能去的人里有 { $nearer } 人更近
}。换掉这个人，{ $without }。
match-promised = 志愿者 { $volunteer } 去：住 { $metres } 米外。这是已经答应的，每份安排都不改。
match-cut = 全部 { $volunteers } 名志愿者里，{ $skilled } 人会，其中 { $free } 人有空，其中 { $serving } 人还接活；够近的有 { $candidates } 人。
match-taken = 够近的人里，{ $in_slot } 人那时在别处，{ $no_shift } 人的次数已满。
match-cheapest = 再加一人，最合适的是志愿者 { $volunteer }：{ $costs }。
match-nobody-left = 再也没有人能来，要招人。
match-not-serves = 志愿者 { $volunteer } 本来就去需求 { $need }。
match-not-skill-missing = 志愿者 { $volunteer } 不会技能 { $skill }。
match-not-not-free = 志愿者 { $volunteer } { $slot }没空。
match-not-nobody = 志愿者 { $volunteer } 不接活，或者这里不要人。
match-not-too-far = 志愿者 { $volunteer } 住 { $metres } 米外，超过 { $reach } 米。
match-not-not-among-nearest = 志愿者 { $volunteer } 住 { $metres } 米外，更近的 { $most } 人排在前面。
match-not-not-in-pairs = 配对表里没有志愿者 { $volunteer } 和需求 { $need }。
match-not-busy = 志愿者 { $volunteer } 去了需求 { $needs }。改来这里，{ $costs }。
match-not-others = 这里由志愿者 { $volunteers } 去更好。换成志愿者 { $volunteer }，{ $costs }。
match-levels-same = 总体一样好
match-levels-metres = 路程{ $sign ->
    [-1] 少 { $metres } 米
   *[other] 多 { $metres } 米
}
match-levels-filled = { $sign ->
    [-1] 少办 { $filled } 件事
   *[other] 多办 { $filled } 件事
}
match-levels-weighted = 紧急分{ $sign ->
    [-1] 少 { $weighted }
   *[other] 多 { $weighted }
}
match-hint = 多一位{ $slots }有空、会技能 { $skill } 的志愿者（住在东 { $x } 米、北 { $y } 米附近），{ $brings }。
match-no-hints = 再多一个人也不能多办事：名额都满了，或者缺的不是人。
match-slot = { $week ->
    [1] { "" }
   *[other] 第 { $week } 周
}{ $day ->
    [0] 周一
    [1] 周二
    [2] 周三
    [3] 周四
    [4] 周五
    [5] 周六
   *[other] 周日
}{ $part ->
    [0] 上午
    [1] 下午
   *[other] 晚上
}
match-list-comma = 、
match-levels-comma = ，
