"""What legal holds, disclosures and breaches say about people; reached only by what may be shown to them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from privacy.data_map.declarations import Erase, Holding, Retain, kept, masked, system
from privacy.data_map.wording import holding_titles, languages
from privacy.keys.registered import digests_in
from privacy.vocabulary import CLAIMS_DAYS, LegalBasis, Profile, Purpose

OFFICERS = gettext_noop("our data protection officers")
FOR_CLAIMS = _(
    "Where the law or a legal claim asks us to keep data, we must be able to show why we kept it and for how long (Art."
    " 5(2) and 17(3) GDPR). You stand here as a code that only we can recognise."
)

BETWEEN_US = _("What the case is about is between us and the court or the authority (Art. 15(4) GDPR).")
DOCUMENTED = _(
    "The law asks us to document every breach and what we did about it (Art. 33(5) GDPR). You stand in it as a code"
    " that only we can recognise."
)


class LegalHoldData(Holding, model="privacy.LegalHold"):
    """That we must keep data of yours for now, for a legal claim or because the law says so, and since when.

    When it ends, what you asked us to delete is deleted by itself.
    """

    title = _("Data that we must keep for a legal reason")
    reached_by = {"digest": "digests__shown_to"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our data protection officers")
    recipients = [OFFICERS]
    retain = Retain(profile=Profile.REQUESTER, after="ended_at", days=CLAIMS_DAYS, moment=_("the legal reason ended"))
    erase = Erase.KEEP_ROW
    by_product = True

    id = scope = slugs = telling_forbidden = opened_by = reviewer = ended_by = system()
    subject_digest = group = kept(why=FOR_CLAIMS, label=_("the code that stands for you"))
    reason = kept("rights", why=FOR_CLAIMS, label=_("why we must keep it"))
    opened_at = kept("rights", why=FOR_CLAIMS, label=_("since when"))
    review_on = kept("rights", why=FOR_CLAIMS, label=_("when we look at it again"))
    ended_at = kept("rights", why=FOR_CLAIMS, label=_("when it ended"))
    text = power = kept(why=BETWEEN_US, label=_("what the case is about"))


class HeldDigestData(Holding, model="privacy.HeldDigest"):
    """The codes that stand for your account and your addresses, so that a legal hold is found by each of them."""

    title = _("Codes by which a legal hold is found")
    reached_by = {"digest": "shown_to"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when the legal hold began")
    recipients = [OFFICERS]
    retain = Retain(
        profile=Profile.REQUESTER, after="hold__ended_at", days=CLAIMS_DAYS, moment=_("the legal reason ended")
    )
    erase = Erase.KEEP_ROW
    by_product = True

    id = hold = system()
    digest = shown_to = kept(why=FOR_CLAIMS, label=_("the code that stands for you"))


class CaseEntryData(Holding, model="privacy.CaseEntry"):
    """Each thing that was done about such a case: what and when. Nothing in it can be changed by anybody."""

    title = _("What was done about cases that concern you")
    reached_by = {
        "digest": ("hold__digests__shown_to", "disclosure__people__digests__shown_to", "breach__people__digest")
    }
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our data protection officers")
    recipients = [OFFICERS]
    retain = Retain(profile=Profile.REQUESTER, after="at", days=CLAIMS_DAYS, moment=_("it was written down"))
    erase = Erase.KEEP_ROW
    by_product = True

    id = hold = disclosure = breach = by = system()
    kind = kept("rights", why=FOR_CLAIMS, label=_("what was done"))
    at = kept("rights", why=FOR_CLAIMS, label=_("when"))
    text = data = kept(why=BETWEEN_US, label=_("what was written down about it"))


class DisclosureData(Holding, model="privacy.Disclosure"):
    """To whom we gave data of yours, because of a merger, to our advisers or insurers, or because a law asked for it.

    Where a law forbids us to tell you, it stands here from the day on which it no longer does.
    """

    title = _("Whom we gave data of yours to")
    reached_by = {"digest": "people__digests__shown_to"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our data protection officers")
    recipients = [OFFICERS]
    retain = Retain(profile=Profile.REQUESTER, after="happened_at", days=CLAIMS_DAYS, moment=_("it happened"))
    erase = Erase.KEEP_ROW
    by_product = True

    id = group = withheld_until = withheld_by = decided_by = second_by = system()
    recorded_at = confirmed_at = withdrawn_at = named_at = told_at = system()
    slugs = kept("rights", why=FOR_CLAIMS, label=_("what we gave"))
    to_name = to_kind = kept("rights", why=FOR_CLAIMS, label=_("to whom"))
    country = safeguard = kept("rights", why=FOR_CLAIMS, label=_("to which country, and what protects it there"))
    happened_at = kept("rights", why=FOR_CLAIMS, label=_("when"))
    power = reference = kept("rights", why=FOR_CLAIMS, label=_("the law behind it"))
    why = kept("rights", why=FOR_CLAIMS, label=_("why"))
    withheld_reason = kept("rights", why=FOR_CLAIMS, label=_("which law forbade us to tell you"))
    names = {
        "to_name": _("to whom"),
        "to_kind": _("what kind of recipient that is"),
        "country": _("to which country"),
        "safeguard": _("what protects it there"),
        "power": _("the law behind it"),
        "reference": _("their own reference"),
    }
    in_words = {"slugs": holding_titles}


class DisclosedPersonData(Holding, model="privacy.DisclosedPerson"):
    """That your data was part of it, and when we told you. Your address is kept, sealed, until then and no longer."""

    title = _("That you were told whom we gave data of yours to")
    reached_by = {"digest": "digests__shown_to"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our data protection officers")
    recipients = [OFFICERS]
    retain = Retain(
        profile=Profile.REQUESTER, after="disclosure__happened_at", days=CLAIMS_DAYS, moment=_("it happened")
    )
    erase = Erase.KEEP_ROW
    by_product = True

    id = disclosure = system()
    digest = kept(why=FOR_CLAIMS, label=_("the code that stands for you"))
    sealed = kept(
        why=_("We must be able to tell you; as soon as we have, it is gone."), label=_("where to write to you")
    )
    language = kept("preferences", why=FOR_CLAIMS, label=_("in which language"))
    state = told_at = kept("rights", why=FOR_CLAIMS, label=_("whether and when we told you"))
    names = {"state": _("whether we told you"), "told_at": _("when we told you")}
    in_words = {"language": languages}


class DisclosedDigestData(Holding, model="privacy.DisclosedDigest"):
    """The codes that stand for your account and your addresses, so that you find such a record by each of them."""

    title = _("Codes by which such a record is found")
    reached_by = {"digest": "shown_to"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when it was put on record")
    recipients = [OFFICERS]
    retain = Retain(
        profile=Profile.REQUESTER, after="person__disclosure__happened_at", days=CLAIMS_DAYS, moment=_("it happened")
    )
    erase = Erase.KEEP_ROW
    by_product = True

    id = person = system()
    digest = shown_to = kept(why=FOR_CLAIMS, label=_("the code that stands for you"))


class BreachData(Holding, model="privacy.Breach"):
    """Something that happened to data of yours: when we told the authority, and when you."""

    title = _("Breaches that concerned your data")
    reached_by = {"digest": "people__digest"}
    purposes = [Purpose.LEGAL_DUTIES, Purpose.SECURITY]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our data protection officers")
    recipients = [OFFICERS]
    retain = Retain(profile=Profile.REQUESTER, after="closed_at", days=CLAIMS_DAYS, moment=_("the case was closed"))
    erase = Erase.KEEP_ROW
    by_product = True

    id = group = counts = people_count = records_count = counted_at = system()
    letter_by = released_by = released_at = opened_at = closed_at = system()
    discovered_at = kept("rights", why=DOCUMENTED, label=_("when we became aware of it"))
    slugs = kept("rights", why=DOCUMENTED, label=_("which data it was about"))
    notified_at = kept("rights", why=DOCUMENTED, label=_("when we told the authority"))
    texts = kept("rights", why=DOCUMENTED, label=_("what we wrote to those concerned"))
    told_at = kept("rights", why=DOCUMENTED, label=_("when everybody was told"))
    happened_from = happened_until = natures = nature_text = consequences = measures = kept(
        why=DOCUMENTED, label=_("what we know of it")
    )
    risk = risk_reason = notified_number = delay_reason = not_told_reason = kept(
        why=DOCUMENTED, label=_("how we judged the risk")
    )
    fields = {"title": kept(why=DOCUMENTED, label=_("what we know of it"))}
    in_words = {"slugs": holding_titles}


class BreachPersonData(Holding, model="privacy.BreachPerson"):
    """That a breach was about data of yours, of which kinds, and when we told you.

    Where to write to is kept until then and no longer.
    """

    title = _("That you were told of a breach")
    reached_by = {"digest": "digest", "user": "user_id", "email": "email"}
    purposes = [Purpose.LEGAL_DUTIES, Purpose.SECURITY]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our system, when it looked for everybody concerned")
    recipients = [OFFICERS]
    retain = Retain(
        profile=Profile.REQUESTER, after="breach__closed_at", days=CLAIMS_DAYS, moment=_("the case was closed")
    )
    erase = Erase.MASK_FIELDS
    by_product = True

    id = breach = system()
    user_id = masked(label=_("the number of your account"))
    email = masked("contact", to="", label=_("where to write to you"))
    digest = kept(why=DOCUMENTED, label=_("the code that stands for you"))
    slugs = kept("rights", why=DOCUMENTED, label=_("which data it was about"))
    state = told_at = kept("rights", why=DOCUMENTED, label=_("whether and when we told you"))
    names = {"state": _("whether we told you"), "told_at": _("when we told you")}
    in_words = {"slugs": holding_titles}


digests_in("privacy.LegalHold", "subject_digest")
digests_in("privacy.HeldDigest", "digest", "shown_to", asked=True)
digests_in("privacy.DisclosedDigest", "digest", "shown_to", asked=True)
# By these a letter is known to be sent, and what is sealed for it is bound to them.
digests_in("privacy.DisclosedPerson", "digest", stays="it names a letter; it goes with the disclosure")
digests_in("privacy.BreachPerson", "digest", stays="it names a letter; it goes with the breach")
