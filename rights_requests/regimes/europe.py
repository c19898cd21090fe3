"""The General Data Protection Regulation in each country of the European Economic Area, and the law of the UK."""

from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from privacy.package.statements import LEAD_AUTHORITY
from rights_requests.regimes.record import Authority, Clock, Regime, Source, Span, Unit

ONE_MONTH = Span(1, Unit.MONTH)
TWO_MONTHS = Span(2, Unit.MONTH)
IN_THE_FIRST_MONTH = "before the first month ends, with reasons"

GDPR_CLOCK = Clock(
    ONE_MONTH,
    Source(
        "Art. 12(3) GDPR, as the Irish authority explains it",
        "https://www.dataprotection.ie/en/individuals/know-your-rights/how-long-will-it-take",
        date(2026, 11, 25),
    ),
    extension=TWO_MONTHS,
)
FRENCH_NOTE = (
    "The clock stands still while the identity is in doubt (decree 2019-536, as 2005-1309 before it). Overseas places"
    " where the Regulation applies count as France. The CNIL leads: the controller is established in France."
)
OWN_NOTES = {
    "FR": FRENCH_NOTE,
    "DE": "The authority of the Land is competent for a company; the EDPB's page leads to it. Holidays: federal ones.",
}
# Each country of the EEA: what it is called in holiday calendars, places counted with it, its authority.
MEMBERS: tuple[tuple[str, tuple[str, ...], Authority], ...] = (
    ("AT", (), Authority("Österreichische Datenschutzbehörde")),
    ("BE", (), Authority("Autorité de protection des données / Gegevensbeschermingsautoriteit")),
    ("BG", (), Authority("Комисия за защита на личните данни (CPDP)")),
    ("CY", (), Authority("Γραφείο Επιτρόπου Προστασίας Δεδομένων Προσωπικού Χαρακτήρα")),
    ("CZ", (), Authority("Úřad pro ochranu osobních údajů (ÚOOÚ)")),
    ("DE", (), Authority("Datenschutzaufsichtsbehörden des Bundes und der Länder")),
    ("DK", (), Authority("Datatilsynet")),
    ("EE", (), Authority("Andmekaitse Inspektsioon")),
    ("ES", (), Authority("Agencia Española de Protección de Datos (AEPD)")),
    ("FI", ("AX",), Authority("Tietosuojavaltuutetun toimisto")),
    ("FR", ("GF", "GP", "MF", "MQ", "RE", "YT"), Authority(LEAD_AUTHORITY.name, LEAD_AUTHORITY.complaint_url)),
    ("GR", (), Authority("Αρχή Προστασίας Δεδομένων Προσωπικού Χαρακτήρα")),
    ("HR", (), Authority("Agencija za zaštitu osobnih podataka (AZOP)")),
    ("HU", (), Authority("Nemzeti Adatvédelmi és Információszabadság Hatóság (NAIH)")),
    ("IE", (), Authority("Data Protection Commission (DPC)")),
    ("IS", (), Authority("Persónuvernd")),
    ("IT", (), Authority("Garante per la protezione dei dati personali")),
    ("LI", (), Authority("Datenschutzstelle Fürstentum Liechtenstein")),
    ("LT", (), Authority("Valstybinė duomenų apsaugos inspekcija (VDAI)")),
    ("LU", (), Authority("Commission nationale pour la protection des données (CNPD)")),
    ("LV", (), Authority("Datu valsts inspekcija")),
    ("MT", (), Authority("Office of the Information and Data Protection Commissioner")),
    ("NL", (), Authority("Autoriteit Persoonsgegevens")),
    ("NO", (), Authority("Datatilsynet")),
    ("PL", (), Authority("Urząd Ochrony Danych Osobowych (UODO)")),
    ("PT", (), Authority("Comissão Nacional de Proteção de Dados (CNPD)")),
    ("RO", (), Authority("Autoritatea Națională de Supraveghere a Prelucrării Datelor cu Caracter Personal")),
    ("SE", (), Authority("Integritetsskyddsmyndigheten (IMY)")),
    ("SI", (), Authority("Informacijski pooblaščenec")),
    ("SK", (), Authority("Úrad na ochranu osobných údajov Slovenskej republiky")),
)


def _member(country: str, counted_with_it: tuple[str, ...], authority: Authority) -> Regime:
    return Regime(
        code=f"gdpr-{country.lower()}",
        law=_("the General Data Protection Regulation (GDPR)"),
        countries=(country, *counted_with_it),
        calendar=country,
        clock=GDPR_CLOCK,
        authority=authority,
        rolls=True,
        pauses_for_identity=True,
        notice=IN_THE_FIRST_MONTH,
        note=OWN_NOTES.get(country, ""),
    )


EUROPEAN_ECONOMIC_AREA = tuple(_member(*member) for member in MEMBERS)

UNITED_KINGDOM = Regime(
    code="uk",
    law=_("the UK GDPR"),
    countries=("GB",),
    calendar="GB",
    clock=Clock(
        ONE_MONTH,
        Source(
            "Art. 12A UK GDPR, counted as the ICO counts it",
            "https://ico.org.uk/global/sar-checklist-for-smes/i-need-to-complete-a-sar",
            date(2026, 11, 25),
        ),
        extension=TWO_MONTHS,
    ),
    authority=Authority(_("Information Commissioner’s Office (ICO)"), "https://ico.org.uk/make-a-complaint"),
    rolls=True,
    pauses_for_identity=True,
    notice=IN_THE_FIRST_MONTH,
    note=(
        "Only bank holidays of all four nations move the end of a term: the shortest reading. A complaint about data"
        " protection must be acknowledged in 30 days (s. 164A DPA 2018, since 19 June 2026); the law gives its answer"
        " no number."
    ),
    per_right=MappingProxyType(
        {
            "complaint": Clock(
                ONE_MONTH,
                Source(
                    "s. 164A Data Protection Act 2018; the month is our own",
                    "https://ico.org.uk/about-the-ico/responses-to-ico-consultations/"
                    "summary-of-responses-to-our-consultation-on-draft-complaints-guidance-for-organisations/"
                    "key-themes/acknowledge-the-complaint",
                    date(2026, 11, 25),
                ),
                acknowledgement=Span(30, Unit.DAY),
                binding=False,
            )
        }
    ),
)

REGIMES = (*EUROPEAN_ECONOMIC_AREA, UNITED_KINGDOM)
