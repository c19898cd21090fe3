"""How long each promise lasts, and how much of something is let through; days unless the name says otherwise."""

# A question about the identity stops the clock of a request only when it is asked within so many days of receipt.
IDENTITY_ASKED_WITHIN_DAYS = 7
# One person may file so many requests in 24 hours; each one queues mail and writes the audit.
REQUESTS_PER_DAY = 10
# So long a package can be downloaded; then it is destroyed.
PACKAGE_LIFETIME_DAYS = 14
# How long a person can still change their mind before an erasure begins, unless they give that time up.
ERASURE_COOLING_OFF_HOURS = 24
# So long a refusal can be appealed, and so long after its end a request still knows who is behind it.
APPEAL_DAYS = 30
# So many messages may one person write on one request in 24 hours.
MESSAGES_PER_DAY = 20
# So many days before a restriction ends, the person is told (Art. 18(3) GDPR).
RESTRICTION_NOTICE_DAYS = 7
# So long the link behind the button of a download works.
DOWNLOAD_TOKEN_SECONDS = 600
# A file that someone sends for a request is destroyed when it has served, and at the latest after so many days; of one
# request so many files are taken.
EVIDENCE_DAYS = 30
EVIDENCE_FILES = 20
# What somebody asks for another person waits so long after it is approved, and the links in the letters to that person
# stop it for so long.
SUBJECT_MAY_STOP_HOURS = 24
STOP_LINK_DAYS = 120
# When an account changed its e-mail address within so many days, the former one can take the change back, is told of
# what cannot be undone, and that waits until they are over; so does another change.
EMAIL_CHANGE_COOLDOWN_DAYS = 7
# So long a profile's former words are kept, for its person to see what was changed and to put it back.
PROFILE_HISTORY_DAYS = 90
# A browser in which somebody was told at sign-up that we cannot open an account is told so again for so long.
SIGN_UP_CLOSED_MINUTES = 30
# An erasure that began with a report about a child waits so long for the word of somebody who is none. Whoever said so
# is not blocked again by a report alone for so many days.
ADULT_MAY_SAY_SO_HOURS = 72
ADULT_BELIEVED_DAYS = 365
# How long a browser may act for an address that was proven by a code: to write a request, to see one, to download.
EMAIL_PROOF_MINUTES = 30
# A code lives so long, allows so many tries, and so many may be sent to one address in an hour.
EMAIL_CODE_MINUTES = 10
EMAIL_CODE_ATTEMPTS = 5
EMAIL_PROOFS_PER_HOUR = 5
# A password has so many characters at least.
PASSWORD_LENGTH = 12
# Codes by which accounts claim an enrolment: so many go to one work address in an hour, whichever accounts ask.
CLAIM_MAILS_PER_HOUR = 10
# A worker holds a job for so long without a sign of life, and after so many tries without a step a person is asked.
JOB_LEASE_SECONDS = 6
JOB_MAX_ATTEMPTS = 8
# A message that was sent is kept for so long.
SENT_MAIL_RETENTION_DAYS = 30
# A subscription that is not confirmed within so many days is deleted, and its link is dead. Who ended one is
# remembered, as a digest, for so many: the three years for which the CNIL wants the wish not to be written to kept.
SUBSCRIPTION_CONFIRM_DAYS = 7
SUPPRESSION_DAYS = 1096
# Who got which promotional message is known for so many after it was sent.
MAILING_COPY_DAYS = 30
# Whether processes refuse to start while the published privacy policy says other than the code (privacy.policy.gate).
POLICY_MUST_MATCH = False
# How soon a message from the contact page is answered that is not about somebody's rights.
CONTACT_ANSWER_DAYS = 7
# How long the draft of such a message is kept, if the person asks for that, and the cookie that finds it again.
CONTACT_DRAFT_DAYS = 7
# What people chose about cookies counts for six months, whichever way they chose (CNIL 2020-092); the proof of it is
# kept for so long after that, until claims about it lapse.
CONSENT_DAYS = 182
CONSENT_PROOF_DAYS = 5 * 365
# The cookie of somebody's visits ends so many days after it was set, whatever happens meanwhile (CNIL: 13 months at
# most); single visits are deleted after so many, figures of the audience after 25 months.
AUDIENCE_VISIT_COOKIE_DAYS = 390
AUDIENCE_VISIT_DAYS = 30
AUDIENCE_DAYS = 760
# Where and on what somebody signed in is known for so many days: a year, so that a journey once a year is no news.
SIGN_IN_DAYS = 365
# Of sign-ins from a new country or device a person is told by mail, so often in 24 hours at most; the link in it, by
# which they say “this was not me”, is good for so many days.
SIGN_IN_ALERTS_PER_DAY = 5
NOT_ME_LINK_DAYS = 14
# A file with a Customer's people may have so many bytes and name so many; so many files may wait for a word at once.
# What is staged of a file is deleted after so many hours, and that there was one is known for so many days.
IMPORT_MAX_BYTES = 20_000_000
IMPORT_MAX_ROWS = 100_000
IMPORTS_WAITING = 5
IMPORT_HOURS = 24
IMPORT_DAYS = 365
# So many days before an agreement with a processor or a Customer ends, whoever looks after the registers is told.
AGREEMENT_ALARM_DAYS = 60
# A person shares so many cards in 24 hours and so many at once; of those given to one address, by whomever, so many are
# told by e-mail in 24 hours.
SHARING_GRANTS_PER_DAY = 10
SHARED_CARDS_AT_ONCE = 50
SHARING_MESSAGES_PER_DAY = 3
# So many hours after a member of staff said why they look at people's data, they are asked again.
LOOK_REASON_HOURS = 4
# What of a day's reading by one member of staff is told to the data protection officer (privacy.reading): so many
# people in a day, in an hour of the clock, or times as many as on their own middle day of the last weeks, never below a
# floor; so many looks outside these hours of a working day, so many people with nothing open. Kept for so many days.
READING_PEOPLE_PER_DAY = 60
READING_PEOPLE_PER_HOUR = 25
READING_TIMES_USUAL = 3
READING_UNUSUAL_FROM = 15
READING_USUAL_DAYS = 28
READING_OUTSIDE_LOOKS = 5
READING_WORKING_HOURS = (7, 20)
READING_NEEDLESS_PEOPLE = 5
READING_DAYS = 365
# A sign-in of staff ends after so long without use, and after so many hours whatever they do.
STAFF_IDLE_MINUTES = 30
STAFF_SESSION_HOURS = 10
# An account that nobody used for so long is closed; its person is told so many days before, twice, and the links in
# those messages work for so long.
UNUSED_ACCOUNT_DAYS = 3 * 365
UNUSED_NOTICE_DAYS = (30, 7)
UNUSED_LINK_DAYS = 60
# The nightly sweep of retention begins at this hour, by the clock of the site's time zone.
RETENTION_HOUR = 2
