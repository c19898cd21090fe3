"""What happened to an account and to what goes with it, in words for the person it is about."""

from django.utils.translation import gettext_lazy as _

from privacy.data_map.wording import say_events

say_events(
    {
        "account.access_changed": _("What you may do on our staff pages was changed"),
        "account.address_changed": _("Your address for signing in was changed"),
        "account.address_taken_back": _("The change of your address was taken back"),
        "account.closing_announced": _("We told you that your unused account will be closed"),
        "account.kept": _("You kept your account"),
        "account.opened": _("Your account was opened"),
        "account.renamed": _("Your user name was changed"),
        "account.second_steps_removed": _("Your second steps for signing in were removed"),
        "account.secured": _("Your account was secured: its sessions and shared cards ended"),
        "account.signed_out": _("Sessions of your account were ended"),
        "account.viewed": _("Our staff looked at your account"),
        "card.ended": _("A shared card was ended"),
        "card.extended": _("A card was shared for longer"),
        "card.seen": _("A shared card was looked at"),
        "card.shared": _("A card was shared"),
        "customer.viewed": _("Our staff looked at the record of a company"),
        "customer_administrator.appointed": _("You were appointed to look after the people of a company"),
        "customer_administrator.removed": _("You look after the people of a company no more"),
        "customer_administrator.viewed": _("Our staff looked at your appointment"),
        "enrolment.changed": _("What your employer told us was changed"),
        "enrolment.claimed": _("You claimed an enrolment"),
        "enrolment.ended": _("Your enrolment ended"),
        "enrolment.forgotten": _("An ended enrolment was deleted after its term"),
        "enrolment.made": _("You were enrolled"),
        "enrolment.released": _("Your account gave an enrolment back"),
        "enrolment.replaced": _("An ended enrolment made way for a new one"),
        "enrolment.viewed": _("Your enrolment was looked at"),
        "policy.seen": _("You saw a version of our privacy policy"),
        "profile.change_forgotten": _("Former words of your profile were forgotten"),
        "profile.updated": _("Your profile was changed"),
        "sessions.ended": _("Sessions of your account were ended"),
        "sign_in.disowned": _("You said of a sign-in that it was not you"),
    }
)
