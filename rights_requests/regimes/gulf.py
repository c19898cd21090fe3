"""The data protection laws of the countries of the Gulf Cooperation Council."""

from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from rights_requests.regimes.record import FRIDAY_AND_SATURDAY, Authority, Clock, Free, Regime, Source, Span, Unit

THIRTY_DAYS = Span(30, Unit.DAY)
NO_NUMBER = "No number of days was found in the law: 30 days are our own"

SAUDI_ARABIA = Regime(
    code="sa",
    law=_("the Personal Data Protection Law of Saudi Arabia"),
    countries=("SA",),
    calendar="SA",
    clock=Clock(
        THIRTY_DAYS,
        Source(
            "Implementing Regulation of the Personal Data Protection Law, Art. 3(1)(a)",
            "https://ksapdpl.com/pdpl-implementing-regulation-article-3-general-provisions-of-data-subject-rights",
            date(2026, 11, 25),
        ),
        extension=THIRTY_DAYS,
    ),
    authority=Authority(_("Saudi Data and Artificial Intelligence Authority (SDAIA)"), "https://dgp.sdaia.gov.sa"),
    weekend=FRIDAY_AND_SATURDAY,
    notice="in advance, with reasons",
    note="That the days are calendar days was not confirmed; it is the shorter reading. Complaints within 90 days.",
)

EMIRATES = Regime(
    code="ae",
    law=_("the data protection law of the United Arab Emirates"),
    countries=("AE",),
    calendar="AE",
    clock=Clock(
        THIRTY_DAYS,
        Source(NO_NUMBER, "https://uaelegislation.gov.ae"),
        binding=False,
    ),
    authority=None,
    free=Free(
        Source(
            "Federal Decree-Law 45/2021, Art. 13(1): without any consideration",
            "https://uaelegislation.gov.ae/en/legislations/1972",
            date(2026, 11, 26),
        ),
        frozenset({"access"}),
    ),
    note=(
        "Federal Decree-Law 45/2021. Sources disagree on whether its Executive Regulations were issued. The authority"
        " is the UAE Data Office; no address for complaints was found. DIFC and ADGM have laws of their own."
    ),
)

QATAR = Regime(
    code="qa",
    law=_("the Personal Data Privacy Protection Law of Qatar"),
    countries=("QA",),
    calendar="QA",
    clock=Clock(THIRTY_DAYS, Source(NO_NUMBER), binding=False),
    authority=Authority(_("National Cyber Security Agency of Qatar"), "https://assurance.ncsa.gov.qa/en/privacy"),
    weekend=FRIDAY_AND_SATURDAY,
    note="Law 13/2016. Guidance is said to speak of 30 days; that was not confirmed.",
)

_TEN_WORKING_DAYS = Clock(
    Span(10, Unit.WORKING_DAY),
    Source(
        "Law 30/2018, Art. 23, as a law firm reports it",
        "https://zubipartners.com/2024/09/04/qa-data-protection-2024-bahrain",
    ),
)
BAHRAIN = Regime(
    code="bh",
    law=_("the Personal Data Protection Law of Bahrain"),
    countries=("BH",),
    calendar="BH",
    clock=Clock(
        Span(15, Unit.WORKING_DAY),
        Source("Draft resolution under Law 30/2018, as an adviser (Keypoint) reported it"),
    ),
    authority=Authority(_("Personal Data Protection Authority of Bahrain"), "https://www.pdp.gov.bh"),
    weekend=FRIDAY_AND_SATURDAY,
    note=(
        "Law 30/2018. Third parties are to be told of a rectification, blocking or erasure within 15 days. A page"
        " with the 15 working days was looked for in November 2026 and not found."
    ),
    per_right=MappingProxyType(dict.fromkeys(("rectification", "erasure", "restriction"), _TEN_WORKING_DAYS)),
)

KUWAIT = Regime(
    code="kw",
    law=_("the data privacy regulation of Kuwait"),
    countries=("KW",),
    calendar="KW",
    clock=Clock(THIRTY_DAYS, Source(NO_NUMBER), binding=False),
    authority=Authority(
        _("Communication and Information Technology Regulatory Authority of Kuwait (CITRA)"), "https://www.citra.gov.kw"
    ),
    weekend=FRIDAY_AND_SATURDAY,
    note="CITRA 26/2024 binds providers licensed by CITRA; we are probably not one.",
)

OMAN = Regime(
    code="om",
    law=_("the Personal Data Protection Law of Oman"),
    countries=("OM",),
    calendar="OM",
    clock=Clock(
        Span(45, Unit.DAY),
        Source(
            "Executive Regulation (Ministerial Decision 34/2024), as Decree explains it",
            "https://blog.decree.om/?p=1813",
            date(2026, 11, 25),
        ),
    ),
    authority=Authority(
        _("Ministry of Transport, Communications and Information Technology of Oman"), "https://www.mtcit.gov.om"
    ),
    weekend=FRIDAY_AND_SATURDAY,
    free=Free(
        Source(
            "Executive Regulation (Ministerial Decision 34/2024), as Decree explains it",
            "https://blog.decree.om/?p=1813",
            date(2026, 11, 25),
        )
    ),
    note="Royal Decree 6/2022. No extension was found.",
)

REGIMES = (SAUDI_ARABIA, EMIRATES, QATAR, BAHRAIN, KUWAIT, OMAN)
