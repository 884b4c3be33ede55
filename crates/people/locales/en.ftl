# Signing in.
people-sign-in-title = Sign in
people-sign-in-why = We send a six-digit code to your phone. There is no password to remember.
people-phone = Your mobile number
people-phone-hint = 11 digits, begins with 1
people-send-code = Send me the code
people-code-title = Enter the code
people-code-sent = The code was sent to { $phone }. It is good for 5 minutes.
people-code = Six-digit code
people-code-hint = It stands in the text message. Tell it to nobody.
people-sign-in-button = Sign in
people-send-again = Send a new code
people-code-message = [Linli] Your code is { $code }, good for 5 minutes. Tell it to nobody.
people-new-title = Who are you?
people-new-why = This number is new here. Only a name and a community, then you are in.
people-name = Your name
people-community = Your community
people-new-button = Done, sign me in
people-other-community = My community is not in the list
people-community-search = Search a community
people-community-search-hint = Part of its name, or the first letters of the pinyin
people-search = Search

# Sessions.
people-sessions-title = Where you are signed in
people-sessions-lead = You are signed in on { $count } devices.
people-sessions-one = Signed in { $since }, last used { $used }
people-sessions-end = Sign out everywhere

# The demo's outbox.
people-outbox-title = Messages that left
people-outbox-lead = Only in the demo: what would have gone to a phone. The newest stands first.
people-outbox-empty = Nothing has left yet.
people-outbox-empty-why = Sign in with any number from 13 to 19, and the code stands here.

# Refusals: names, phones, codes.
refusal-name-missing = Please fill in the name.
refusal-name-too-long = The name is too long: 40 characters at most.
refusal-name-not-letters = A name has no digits or signs in it. Please write it as on the identity card.
refusal-division-not-community = Please choose your community or village.
refusal-address-too-long = The address is too long: 120 characters at most.
refusal-phone-missing = Please fill in the mobile number.
refusal-phone-length = A mobile number has 11 digits; this has { $found }.
refusal-phone-character = A mobile number has digits only.
refusal-phone-not-mobile = This is no mobile number. It begins with 13 to 19.
refusal-phone-other-country = Only mobile numbers of the mainland can be used. Without one, please call us.
refusal-phone-taken = This number belongs to an account already. Sign in with it instead.
refusal-code-just-sent = A code was sent a moment ago. Wait a minute before you ask for another.
refusal-codes-of-hour-used = Five codes were sent to this number within the hour. Try again later, or call us.
refusal-codes-of-today-used = Ten codes were sent to this number today. Try again tomorrow, or call us.
refusal-too-many-here = Too many tries came from this network. Wait ten minutes and try again.
refusal-code-wrong = The code is not right. You have { $left } tries left.
refusal-code-wrong-last = The code is not right, and it cannot be tried again. Ask for a new one.
refusal-code-over = This code is too old or was tried too often. Ask for a new one.
refusal-code-used = This code was used already. Ask for a new one.
refusal-ticket-over = This took more than half an hour. Please begin again with your phone number.
refusal-told-once = This was answered before, and the answer is given only once. Please sign in again.

# Refusals: promises, roles, organisations.
refusal-busy-then = There is a promise to be elsewhere from { $from } to { $to }. Take that back first, or choose another time.
refusal-grant-to-self = Nobody gives a role to themselves. Ask the other security administrator.
refusal-grant-held-by-all = Resident and volunteer are not given; everybody is one who registers or joins.
refusal-grant-twice = This person holds this role here already.
refusal-grant-ended = This role has ended already.
refusal-administrators-apart = System, security and audit administrator must be different persons. End the other role first.
refusal-until-in-past = The end lies in the past. Choose a later day.
refusal-organisation-kind-unknown = Please choose what kind of organisation it is.
