# The shell: what stands on every page.
shell-skip = Skip to the page
shell-tagline = Neighbours helping neighbours
shell-call-us = Call us
shell-call-someone = Call us now
shell-phone = Phone
shell-trust = No fees. No passwords. No transfers.
shell-elder = Larger
shell-size = Text size
shell-sign-in = Sign in
shell-sign-out = Sign out
shell-offline = There is no network now. What you filled in is kept; press again when the network is back.
shell-nav = Main sections
shell-bar = Back and phone
shell-back = Back
shell-help = Help
shell-prefs = Text size and language
shell-accessibility = Accessibility
shell-privacy = How personal data are used
shell-transparency = Nothing changed
shell-change = Change
shell-more = Show more
shell-optional = { " " }(optional)
shell-other-day = Another day
shell-undo = Undo
shell-print = Print
shell-saved = Saved
shell-step = Page { $page }

# Tabs and rail.
shell-tab-home = Home
shell-tab-activities = Activities
shell-tab-board = Board
shell-tab-me = Me
shell-tab-today = Today
shell-tab-tasks = Tasks
shell-tab-team = My team
shell-tab-courses = Courses
shell-tab-trainings = Upcoming training
shell-rail-inbox = To do
shell-rail-needs = Needs
shell-rail-people = People
shell-rail-activities = Teams
shell-rail-announce = Public notice
shell-rail-groups = Groups
shell-rail-reviews = Hours to review
shell-rail-cases = Refused registrations
shell-rail-sheets = Sheets
shell-rail-roles = Rights
shell-rail-overview = Overview
shell-rail-compare = Compare
shell-rail-overdue = Overdue
shell-rail-alarms = Hours to check
shell-rail-samples = Call back
shell-rail-export = Signed export
shell-rail-call = Take a call
shell-rail-calls = Calls to return
shell-rail-called = Called back
shell-rail-told = Hints sent
shell-rail-verify = Check a proof
shell-rail-definitions = Definitions
shell-rail-reports = Reports
shell-rail-typed = Typed hours
shell-rail-places = Stations
shell-rail-policies = Rules of hours

# The four grades of evidence.
shell-grade-a = A Two proofs
shell-grade-b = B Confirmed on site
shell-grade-c = C Entered afterwards
shell-grade-d = D Imported

# Service categories, as needs, activities, volunteers and certificates name them.
category-convenience = Everyday help (repairs, haircut, errands)
category-elderly = Company for the elderly
category-care = Care and nursing
category-medicine = Health and seeing a doctor
category-hardship = Help in hardship
category-disability = Help with a disability
category-parent_child = Children and parents
category-study = Help with studies
category-skill_training = Learning a skill
category-psychology = Somebody to talk to
category-legal_aid = Legal advice
category-rights = Rights
category-jobs = Finding work
category-environment = Cleaning and environment
category-traffic = Getting about
category-neighbourhood = Among neighbours
category-epidemic = Epidemic prevention
category-science = Science for everyone
category-emergency = Emergency

# A form that came back.
shell-error-prefix = Error:{" "}
shell-error-summary = Please mend these

# Pages that say what went wrong and how to mend it.
error-403-title = This page is not open to you
error-403-mend = To have it done, call us or come to the community office.
error-404-title = This page was not found
error-404-mend = Check the address, or start again from the home page.
error-405-title = This page cannot be opened directly
error-405-mend = Go to the home page and use the buttons there.
error-409-title = This cannot be done now
error-409-mend = Go back and open it again to see how it stands. If it is still not clear, call us.
error-422-title = This cannot be done as it stands
error-422-mend = Go back, mend what is marked in red, and send it again. What you filled in is kept.
error-429-title = Too many tries
error-429-mend = You can try again after { $until }. Go back: what you filled in is still there.
error-500-title = Something broke on our side
error-500-mend = Try again in a while. If it is urgent, please call.
error-503-title = Not available for the moment
error-503-mend = Come back in a few minutes. If it is urgent, please call.
error-507-title = Nothing new can be stored right now
error-507-mend = What is here can still be read. If it is urgent, please call.
error-phone-title = Or call; a person will answer
error-reference = Quote this number when you call: { $reference }
error-go-back = Go back
error-go-home = Home page

# Refusals of the frame: what stands against it, and how to mend it.
refusal-invalid = Some things need mending.
refusal-missing = Not found. The address may be wrong, or the matter is closed and gone.
refusal-forbidden = This is done by the staff of the area; your role does not cover it.
refusal-sign-in-first = Please sign in first.
refusal-after-unreadable = Give `after` the `next` of the page before, or leave it out.
refusal-cross-site = This form did not come from this site, so nothing was done. Open the page here and send it again.
refusal-idempotency-key-missing = The request needs an Idempotency-Key header.
refusal-idempotency-key-too-long = The Idempotency-Key is too long: 128 characters at most.
refusal-idempotency-key-reused = This key was used for something else. Open the page again and send it from there.
refusal-method-not-offered = This address does not take requests of this kind.
refusal-number-unreadable = Digits only, please.
refusal-time-unreadable = This time cannot be read; choose it from the calendar.
refusal-request-unreadable = This request could not be read: the address or the content has signs that are no text. Open the page again and send it from there.
refusal-body-too-long = What was sent is too long; please send less.
refusal-body-not-json = The body must be JSON (application/json).
refusal-body-not-understood = The body could not be understood: { $words }
refusal-told-once = This was answered before, and the answer is given only once. Please sign in again.
refusal-unavailable = The data cannot be reached right now; what you sent may not have been done. Send it again in a few minutes; it will not count twice.
refusal-no-room = There is no room left to store this, so nothing of it was stored. Tell us by phone, or send it again later.
refusal-defect = Something broke on our side; it was not done, and it has been noted.
shell-month = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
shell-date = { $day } { shell-month } { $year }
shell-day = { $weekday } { $day } { shell-month }
shell-lasting-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
shell-lasting-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
shell-weekday-0 = Mon
shell-weekday-1 = Tue
shell-weekday-2 = Wed
shell-weekday-3 = Thu
shell-weekday-4 = Fri
shell-weekday-5 = Sat
shell-weekday-6 = Sun
