"""The phrases of the page, in the notation of :mod:`~interopwatch.capture.english.phrases`.

In a sentence that is ready for them, ``PII``, ``EOP`` and ``IP`` stand for all names of the
formats.
"""

from __future__ import annotations

from typing import Final

TERMS: Final = (
    ('“|”|„|"', ""),
    ("’|‘", "'"),
    (r"\benhanced opportunit(y|ies) partner[s]\b[ \(EOPs?\)]", "EOP"),
    (r"\bEOPs\b", "EOP"),
    (r"\bpartnership interoperability initiative\b[ \(PII\)]", "PII"),
    (r"\binteroperability platform\b[ \(IP\)]", "IP"),
    (r"\brecogniz", "recognis"),
)

# Who became a partner

GRANTED: Final = (
    r"\b(was|were|has been|have been) [also|then|later|formally|each] (granted|given|accorded) "
    r"[access to] [these|the|such|this|an?] [tailor-made] [status of|status as] [an?] "
    r"((enhanced )?opportunities|EOP) [status]{end}"
)
BECAME: Final = (
    r"(\b(was|were|has been|have been) [also|then|later|formally|each] "
    r"(recognised|designated|accepted|admitted|named|approved|welcomed)"
    r"|\b[has|have] [also|then|later|formally|since] (became|become))"
    r" [by (NATO|the North Atlantic Council|Allies)] [as] [one of] [an|a|the|NATO's|new|latest]"
    r" [{one:ordinal} [and [the] {two:ordinal}]] EOP [status]{end}"
)
AND_AS: Final = (
    r" (in|on) {first:date},? (and|while|followed by) {who:words} [was|became] [as] (a|an|the)"
    r" {next:ordinal} [EOP|partner|one] (in|on) {second:date}\.?"
)
RECOGNISED: Final = (
    r"(NATO|the North Atlantic Council|the NAC|the Alliance|NATO Allies|Allied leaders|Allies)"
    r" [has|have] [also|then|formally]"
    r" (granted|recognised|gave|accorded|accepted|designated|named|welcomed) "
)
AS_PARTNER: Final = (
    r" [as] [an|a|the|NATO's] [{one:ordinal}] [status (of|as) [an?]]"
    r" (EOP|enhanced opportunities) [status]{end}"
)
GRANTED_WITH: Final = r"\bgranted [tailor-made] enhanced opportunities\b"

# Who joined NATO, or is a partner no longer: whether NATO was joined, and whether this ended it

EVOLVED: Final = (
    r"'s? (relationships?|status|cooperation|partnerships?) [with (the Alliance|NATO)] [has|have]"
    r" [since] (evolved|changed|moved|developed|shifted|was transformed)"
    r" from [that of|those of|being|the status of] [an?] EOP [status] (in)?to"
    r" [that of|those of|being|become|becoming] [an?] [full]"
    r" (members?(hip)?|Allies|Ally) [(of|in) (NATO|the Alliance)]{end}"
)
JOINED: Final = (
    r" [has|have] [both] [since|also|formally|officially|then|later]"
    r" (joined (NATO|the Alliance)|acceded to (NATO|the Alliance|the North Atlantic Treaty)"
    r"|(became|become) [an?|the|its] ((full|new|NATO|NATO's) )*"
    r"(\d\d(st|nd|rd|th) (and \d\d(st|nd|rd|th) )?)?(members?|Allies|Ally|member countr(y|ies))"
    r" [of (NATO|the Alliance|the North Atlantic Alliance)]){end}"
)
CEASED: Final = (
    r" ((is|are) [now|therefore] no longer [considered]|[has|have] ceased to be"
    r"|[has|have] stopped being) [an?] EOP [status]{end}"
)
WITHDREW: Final = (
    r" [has|have] (withdrew|withdrawn|left) [from] [the (group|ranks|circle) of] [the]"
    r" EOP [programme|group|status]{end}"
)
LAPSED: Final = (
    r"'s? (EOP status|status (as|of) an? EOP) [has|was]"
    r" (ended|expired|lapsed|withdrawn|revoked|terminated){end}"
)
ENDINGS: Final = (
    (EVOLVED, True, True),
    (JOINED, True, False),
    (CEASED, False, True),
    (WITHDREW, False, True),
    (LAPSED, False, True),
)
ACCESSION: Final = (
    r"\b(accessions?|membership|joining NATO|joining the Alliance"
    r"|becoming [full|NATO] (members|Allies))\b"
)
FORMERLY: Final = r",? [both|which were|who were|an?] (former|formerly|previously)\b"
EACH_DATED: Final = r"{who:words} \({when:date}\)(,? and |, |$)"
AND_ANOTHER: Final = (
    r" (in|on) {one:date},? (and|while|followed by) {who:words}"
    r" [joined [NATO|the Alliance]|followed|did so"
    r"|became [an?|the] [NATO] [full] (member|Ally) [of NATO|of the Alliance]]"
    r" (in|on) {two:date}\.?"
)

# What may stand around these

LEADING: Final = (
    r"(in|on|at|by|since|from|shortly|soon|following|upon|after|before|during|with|later|then"
    r"|more|most|recently|also|additionally|finally|subsequently|having|as|until|under|today"
    r"|currently|now|however|moreover|furthermore|that|two|one|a)\b"
)
TAIL: Final = (
    r" [also] [(at|during) the [{date}] [NATO] {name} summit]"
    r" [\(?[with effect] (in|on|since|from|as of) (late |early |mid-)?{one:date}\)?"
    r"[,? and [in|on] {two:date}]](?P<spread>,? respectively)?(?P<more>(,|;) .*)?\.?"
)
LIMITING: Final = (
    r"«|\b(until|ended?|withdrew|withdrawn|revoked|suspended|no longer|but|not|before"
    r"|ceased|expired|left|provided|if|would|could|may|might)\b"
)
COUNTED: Final = (
    r"((a|an|the|all|another|other|further|first|selected|interested|participating|these)\s+)*"
    r"{many:word} ((selected|interested|participating|further|other|partner|more) )*"
    r"(partners?|nations?|countries|country|states?)"
)
ROUGHLY: Final = (
    r"\b(some|about|around|roughly|nearly|almost|over|more than|less than|fewer than|at least"
    r"|at most|up to)\s+[the ]$"
)
SHORTLY: Final = r"\b(shortly|soon|immediately|right) (after|following)\b"
OTHER_TIME: Final = r"\b(by|before|until|after|following|prior|between)\b"
EVENT: Final = (
    r"(?:{before:date} )?(?:NATO )?\b(?!NATO\b){name:name} summit\b"
    r"[,? (in|of|on|held in) {after:date}]"
    r"|(?:{before_it:date} )?summit in {place:name}[,? (in|of|on) {after_it:date}]"
)

# Who is a partner now

CURRENTLY: Final = r"\b(current|currently|now|today|at present|are)\b"
CURRENT_WORDS: Final = frozenset(
    ("the", "there", "are", "currently", "current", "now", "today", "at", "present", "nato's",
     "these", "following", "eop", "list", "of", "as", "is", "partners", "full", "all",
     "have", "this", "status", "countries", "nations", "a", "total")
)  # fmt: skip
ARE: Final = r" (are currently|currently are|are now|are) [the|all] "

# The formats: launches, meetings, bodies, numbers

LAUNCHED: Final = r"(?P<format>PII|IP) was [first] launched\b"
LAUNCHING: Final = (
    r"(NATO|the Alliance|Allies|NATO Allies|Allied leaders|NATO leaders"
    r"|Allied heads of state and government) [also] launched [the] (?P<format>PII|IP)\b"
)
BY_MEETING: Final = r"\blaunched (by|with|at) a meeting of {words} in IP format\b"
PARENTS: Final = (
    ("ip", r"\bPII [has] [also|then] launched\b.*\bIP\b"),
    (
        "eop",
        r"\b(result|part|framework|basis|context) of the PII\b.*\b(enhanced opportunities|EOP)\b",
    ),
)
LEVEL: Final = (
    r"\b((defence|defense|foreign) [and (defence|foreign)] ministers|chiefs of defence"
    r"|heads of state and government|permanent representatives|ambassadors)\b"
)
WILL_MEET: Final = (
    r"\b(will|(is|are) [due|expected|scheduled] to|plans? to) [again|also]"
    r" (meet|gather|convene|be held)\b"
)
MET: Final = r"\b(met|gathered|convened)\b"
HAVE_MET: Final = r"\b(has|have) [since] (met|been held|convened|taken place)\b"
LEVELS: Final = (
    r"\b((at|on) [the] levels? of|[other|various|the] [technical|expert|working]"
    r" (groups|bodies|committees),? (such as|like|including))\s+"
)
OTHERS: Final = r",?\s+(and|among|amongst|as well as) [many|several] others\b.*"
PLATFORM: Final = r"\bIP\b"
PLATFORM_NAMED: Final = r"\bIP\b|\bPlatform\b"
BELONGING: Final = r"\bIP\b|\bpart\b|\bparticipat|\bmembers?\b"
PAST: Final = r"\b(was|were|had|initially|originally|first|then|until|formerly)\b|«"
TODAY: Final = r"\b(currently|current|now|today|at present)\b"
NOW: Final = (
    r"\b(currently|current|now|today|are|is|has|have|includes?|comprises|following|participate)\b"
)
HOLDERS: Final = r"\b(partners?|nations|countries|members|participants|states)\b"
NOT_SO: Final = (
    r"\b(new|newly|joined|left|former|withdrew|no longer|not|never|suspended|applied|invited"
    r"|will|would|may|might|could)\b"
)
SOME: Final = (
    r"\b(latest|leaving|withdrawn|nor|potential|future|candidates?|including|such as|among|some"
    r"|several|other|others|additional|more than|about|around|over|nearly|almost|should|if|except"
    r"|besides)\b"
)
"""With these a sentence speaks of some partners, or of others, but not of all there are."""
ARE_IN: Final = (
    r"[The] [current] (partners|members|participants|nations|countries) (in|of) the IP"
    r" [currently] (are currently|are now|are) "
)
AIMS: Final = r"^(?=.*\bPII\b).*\b(aims? (to|at|are)|objectives (are|include)|seeks to)\b.*:$"
BENEFITS: Final = (
    r"^(?=.*(enhanced opportunities|EOP)).*\b(includ(e|es|ing)|such as|comprising|comprises?)\s*:$"
)
