# linli match explain
match-not-best = This plan is not the best; what things cost is told against the best.
match-need = Need { $need }: { $slot }, asks for skill { $skill }, { $seats } { $seats ->
    [one] place
   *[other] places
}, { $filled } filled.
match-serving = Volunteer { $volunteer } goes: lives { $metres } m away, { $nearer ->
    [0] nearest of those who can
    [one] 1 of those who can is nearer
   *[other] { $nearer } of those who can are nearer
}. Without them: { $without }.
match-promised = Volunteer { $volunteer } goes: lives { $metres } m away. This is promised, and every plan keeps it.
match-cut = Of { $volunteers } volunteers { $skilled } hold the skill, { $free } of them are free, { $serving } of these take shifts; { $candidates } are near enough.
match-taken = Of those near enough, { $in_slot } are elsewhere then, { $no_shift } have no shift left.
match-cheapest = For one more place volunteer { $volunteer } would cost least: { $costs }.
match-nobody-left = Nobody else can come: look for people.
match-not-serves = Volunteer { $volunteer } does serve need { $need }.
match-not-skill-missing = Volunteer { $volunteer } does not hold skill { $skill }.
match-not-not-free = Volunteer { $volunteer } is not free on { $slot }.
match-not-nobody = Volunteer { $volunteer } takes no shift, or nobody is asked for here.
match-not-too-far = Volunteer { $volunteer } lives { $metres } m away, beyond { $reach } m.
match-not-not-among-nearest = Volunteer { $volunteer } lives { $metres } m away; { $most } who live nearer come first.
match-not-not-in-pairs = The file of pairs does not name volunteer { $volunteer } with need { $need }.
match-not-busy = Volunteer { $volunteer } serves { $needs } then. Moved here: { $costs }.
match-not-others = It is better served by volunteer { $volunteers }. With volunteer { $volunteer } instead: { $costs }.
match-levels-same = just as good in all
match-levels-metres = { $metres } m { $sign ->
    [-1] less
   *[other] more
}
match-levels-filled = { $filled } { $filled ->
    [one] place
   *[other] places
} { $sign ->
    [-1] fewer
   *[other] more
}
match-levels-weighted = { $weighted } { $sign ->
    [-1] less
   *[other] more
} in urgency
match-hint = One more volunteer who is free on { $slots } and holds skill { $skill } (living near { $x } m east, { $y } m north): { $brings }.
match-no-hints = One more person would fill nothing more: every place is filled, or it is not people that are short.
match-slot = { $week ->
    [1] { "" }
   *[other] { "week " }{ $week }{ " " }
}{ $day ->
    [0] Monday
    [1] Tuesday
    [2] Wednesday
    [3] Thursday
    [4] Friday
    [5] Saturday
   *[other] Sunday
} { $part ->
    [0] morning
    [1] afternoon
   *[other] evening
}
match-list-comma = {", "}
match-levels-comma = {", "}
