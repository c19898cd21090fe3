"""What legal holds, disclosures and breaches say about people; reached only by what may be shown to them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from privacy.data_map.declarations import Erase, Holding, Retain, kept, system
from privacy.personal_data.foundation import CLAIMS_DAYS
from privacy.vocabulary import LegalBasis, Profile, Purpose

OFFICERS = gettext_noop("our data protection officers")
FOR_CLAIMS = _(
    "Where the law or a legal claim asks us to keep data, we must be able to show why we kept it and for how long (Art."
    " 5(2) and 17(3) GDPR). You stand here as a code that only we can recognise."
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
    text = power = kept(why=_("What the case is about is between us and the court or the authority (Art. 15(4) GDPR)."))


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
    reached_by = {"digest": "hold__digests__shown_to"}
    purposes = [Purpose.LEGAL_DUTIES]
    basis = LegalBasis.LEGAL_OBLIGATION
    source = _("our data protection officers")
    recipients = [OFFICERS]
    retain = Retain(profile=Profile.REQUESTER, after="at", days=CLAIMS_DAYS, moment=_("it was written down"))
    erase = Erase.KEEP_ROW
    by_product = True

    id = hold = by = system()
    kind = kept("rights", why=FOR_CLAIMS, label=_("what was done"))
    at = kept("rights", why=FOR_CLAIMS, label=_("when"))
    text = data = kept(why=_("What the case is about is between us and the court or the authority (Art. 15(4) GDPR)."))
