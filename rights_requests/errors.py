"""What a service of rights requests refuses, each with a sentence that can be shown to the person as it is."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from privacy.package.words import moment_teller


class RequestError(Exception):
    """A rule was not met; `message` says in plain words which one and what to do instead."""

    message: Any = _("This is not possible right now.")

    def __init__(self, message: Any = None) -> None:
        self.message = self.message if message is None else message
        super().__init__(str(self.message))


class NotFound(RequestError):
    """There is no such request, or it is someone else's: the two answers are the same."""

    message = _("We found no request under this reference.")


class NotAllowed(RequestError):
    """The actor may not do this."""

    message = _("You may not do this.")


class TooMany(RequestError):
    """So many requests in one day that a person can hardly mean each of them."""

    message = _("You have made many requests today. Wait until tomorrow, or write to us: a person will answer.")


class AccountAsked(RequestError):
    """The same is open already and was asked for by an account, which a mailbox alone does not open."""

    message = _("This was asked for already, by somebody signed in to the account. Write to us: a person will answer.")


class WrongState(RequestError):
    """The request is at a point where this step does not exist."""

    message = _("This request has moved on in the meantime. Look at it again before you decide.")


class OwnRequest(RequestError):
    """Staff never decide on a request about themselves."""

    message = _("This request is about you. A colleague must decide on it.")


class SameEyes(RequestError):
    """The second decision must be another person's."""

    OF_ANY = _("You recommended this request yourself. A second person must approve it.")
    message = _("You checked this request yourself. A second person must approve the erasure.")


class NotIdentified(RequestError):
    """A check of who asks is still open, or has failed; until then nothing leaves and nothing dies."""

    message = _("First look at what shows who is asking: below, a check is still open or has failed.")


class NoPaperFromChildren(RequestError):
    """Of a child, and of whoever may be one, no identity document is asked, whatever the doubt (promise P5.5)."""

    message = _("This is about somebody who may be a child. We never ask for an identity document then.")


class AccountIsProof(RequestError):
    """Whoever signed in and gave the password again has shown who they are; more needs a reason of its own."""

    message = _("This person signed in and gave the password again. Say what makes you doubt it all the same.")


class SubjectSaidNo(RequestError):
    """The data subject stopped a request of the same asker a short while ago."""

    message = _("This person told us not long ago that you do not act for them. They can ask us themselves.")


class PlanChanged(RequestError):
    """What we hold has changed since the plan was shown; the new plan is stored on the request."""

    message = _("What we hold has changed since this plan was shown. Read the new plan before you go on.")


class ReasonNeeded(RequestError):
    """A refusal needs a reason from the list and a text for the person (Art. 12(4))."""

    message = _("Choose a reason from the list and explain it to the person in your own words.")


class ProofNeeded(RequestError):
    """Whoever says that a recipient has done something, or cannot, says what shows it."""

    message = _("Write down what shows it: who answered, when and how. The person can read it.")


class TokenUsed(RequestError):
    """A download link was used before."""

    message = _("This download link was used already. Ask for a new one on the page of your request.")


class TokenExpired(RequestError):
    """A download link is too old, or was made for something else."""

    message = _("This download link is no longer valid. Ask for a new one on the page of your request.")


class AddressUnsettled(RequestError):
    """The account's address was changed a short while ago, so no copy is handed out before `until` (promise P7.2)."""

    message = _("Your address was changed a short while ago. This copy can be downloaded after %(when)s.")

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(self.message % {"when": moment_teller()(until)})


class PackageDamaged(RequestError):
    """The package's file is not what was written; nothing of it is handed out."""

    message = _("The file with your copy is damaged. We were told. Ask for a new copy.")


class PackageGone(RequestError):
    """The package does not exist any more."""

    message = _("This package was destroyed. You can ask for a new copy at any time.")


class NoExtension(RequestError):
    """The law of the person's place, or what we promised instead, knows no longer term."""

    message = _("This term cannot be made longer. Answer by the day it ends.")


class AlreadyExtended(RequestError):
    """A term is made longer once."""

    message = _("This term was made longer already. That is possible only once.")


class ExtensionTooLate(RequestError):
    """The person must be told before the first term ends (Art. 12(3))."""

    message = _("The first term is over. It can no longer be made longer: answer now, and say why it took so long.")


class TermUnreadable(RequestError):
    """What is kept of the term was written to from outside, so that no longer one can be counted from it."""

    message = _(
        "What we kept of this term cannot be read, so it cannot be made longer. Answer by the date on the request, and"
        " tell whoever runs the site."
    )


class ClockStands(RequestError):
    """While a question is open that stops the clock, no time is lost and none need be won."""

    message = _("The clock stands still until the person answers. Make the term longer then, if you still need to.")


class FeeTooHigh(RequestError):
    """A fee must be reasonable (Art. 12(5)(a))."""

    message = _("Enter an amount of more than 0 and at most 100 euros: a fee must be reasonable.")


class FreeByLaw(RequestError):
    """The law of the person's place gives the answer free and knows no exception."""

    message = _(
        "By the law of the place where the person lives this answer is free, without exception. Answer it, or refuse it"
        " with the reason."
    )


class FeeProposed(RequestError):
    """A fee is proposed once."""

    message = _("A fee was proposed for this request already. Answer it, or refuse it with the reason.")


class TooManyFiles(RequestError):
    """So many files for one request that nobody can read each of them."""

    message = _("You have sent as many files as we can take for one request. Write to us if you need to show more.")


class FileGone(RequestError):
    """A file was destroyed when its time was over, or is not what was kept."""

    message = _("This file was destroyed or is damaged. Nothing of it can be shown any more.")


class FileBusy(RequestError):
    """Too many files are being opened at once."""

    message = _("Many files are opened right now. Nothing is lost: try again in a minute.")


class CannotBeCorrected(RequestError):
    """A value cannot be corrected like this, or not any more."""

    GONE = _("What this is about is not there any more, or only the person can change it. Decline it and say so.")
    SAME = _("This is what stands there already. Enter what is right.")
    message = GONE


class NothingProposed(RequestError):
    """A request for rectification that names no value."""

    message = _("No correction stands here yet. First write down what the person asks to have changed.")


class Undecided(RequestError):
    """Some corrections are not decided on."""

    def __init__(self, left: int) -> None:
        super().__init__(
            ngettext(
                "Decide on each correction first: %(left)d is still open.",
                "Decide on each correction first: %(left)d are still open.",
                left,
            )
            % {"left": left}
        )


class AllDeclined(RequestError):
    """Nothing is left to carry out: that is a refusal, and the person is told so (Art. 12(4))."""

    message = _("You declined every correction. Refuse the request: the person then reads why, and where to complain.")


class SomeAccepted(RequestError):
    """A request of which a part was accepted is not refused as a whole."""

    message = _("Some corrections are accepted. Approve the request, or decline these first and say why.")


class WordsNeeded(RequestError):
    """A message without words."""

    message = _("Write what you want to say.")


class TooManyMessages(RequestError):
    """So many messages in one day that nobody could answer each of them."""

    message = _("You have written many messages today. A person reads them all; write again tomorrow.")


class TooLateToAppeal(RequestError):
    """The refusal cannot be appealed any more, or was appealed before."""

    message = _("This refusal cannot be appealed any more. You can complain to the authority, or make a new request.")


class AnotherIsOpen(RequestError):
    """The person has asked for the same again meanwhile."""

    message = _("You have made a new request of this kind meanwhile. Go on with that one, or withdraw it first.")


class NotTheSame(RequestError):
    """There is no open request of the same right under the reference that was typed."""

    message = _("There is no other open request of this right under this reference. Check it letter by letter.")


class NotTheSamePerson(RequestError):
    """Nothing says that two requests are about one person."""

    message = _("The two requests name different people. If you are sure that it is one person, write how you know.")


class LinkTheOther(RequestError):
    """What an account asked for would go on under what another account, or a mailbox alone, asked for."""

    message = _(
        "This request was made with an account of its own, which the other one would not cover. Close the other one as"
        " a duplicate of this, or answer both."
    )


class FirstAtWork(RequestError):
    """The work on the first request was approved without what the second is about."""

    message = _("The work on the first request is approved already, without this address. Answer this one by itself.")


class NamesThePerson(RequestError):
    """Words that stay on record after an erasure name the person."""

    message = _("Leave out the person’s address: these words stay on record after the data is gone.")


class ValueGone(RequestError):
    """A value that was to be left out is not there, is another person's, or goes in no copy."""

    message = _("Something that you ticked is not there any more. Look at the page again and tick what is.")


class NothingTicked(RequestError):
    """Nothing was chosen that could be left out."""

    message = _("Tick what is to be left out first.")


class LeftOutAlready(RequestError):
    """A colleague left the same out a moment ago."""

    message = _("A colleague left this out already. Look at the page again.")


class TermTooShort(RequestError):
    """A term of a letter or of signs alone would be found everywhere."""

    message = _("Enter at least two letters or digits to look for.")


class ToldAfterAll(RequestError):
    """The words for the person hold what is to be left out."""

    message = _("Your words to the person hold what you leave out. Write them without it.")


class RedactionsChanged(RequestError):
    """Something was left out, or put back, since whoever approves looked."""

    message = _("What is left out of the copy was changed in the meantime. Look at it again before you approve.")


class CannotStay(RequestError):
    """The rows of this holding hang on others that go, or are no data of their own."""

    message = _("This part cannot stay on its own. Choose another, or refuse the whole request with its reason.")


class HasAnother(RequestError):
    """Another member of staff has the request in hand; taking it over is a choice of its own."""

    def __init__(self, who: str) -> None:
        super().__init__(_("%(who)s has it in hand. To take it over, choose “Assign” and yourself.") % {"who": who})


class ChangedMeanwhile(RequestError):
    """Somebody else did something with the request after it was chosen."""

    def __init__(self, state: str, who: str) -> None:
        has = _("%(who)s has it in hand") % {"who": who} if who else _("nobody has it in hand")
        told = _("It was changed meanwhile, so nothing was done: it is now “%(state)s”, and %(has)s. Look at it again.")
        super().__init__(told % {"state": state, "has": has})


class RemindedToday(RequestError):
    """One reminder a day is enough, whoever sends it."""

    message = _("A reminder was sent today already. Send another one tomorrow at the earliest.")


class NobodyToRemind(RequestError):
    """The request waits for nobody who could be written to."""

    FREE = _("Nobody has it in hand, so there is nobody to remind. Assign it first.")
    OWN = _("You have it in hand yourself.")
    BY_ITSELF = _("The work on it goes on by itself: there is nobody to remind.")
    message = FREE


class TooManyChosen(RequestError):
    """So many requests that nobody can have looked at each of them."""

    def __init__(self, most: int) -> None:
        told = _("You chose more than %(most)d requests. Narrow the list by filters, or choose those that you mean.")
        super().__init__(told % {"most": most})
