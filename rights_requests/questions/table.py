"""The table of all questions: a right that does not stand here cannot be asked for on the site."""

from collections.abc import Mapping
from types import MappingProxyType

from privacy.vocabulary import Right
from rights_requests.questions.access import ACCESS
from rights_requests.questions.erasure import ERASURE
from rights_requests.questions.objection import OBJECTION
from rights_requests.questions.portability import PORTABILITY
from rights_requests.questions.question import Question
from rights_requests.questions.rectification import RECTIFICATION
from rights_requests.questions.restriction import RESTRICTION

_ALL = (ACCESS, RECTIFICATION, ERASURE, RESTRICTION, PORTABILITY, OBJECTION)
QUESTIONS: Mapping[Right, Question] = MappingProxyType({found.right: found for found in _ALL})
