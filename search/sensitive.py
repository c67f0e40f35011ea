"""Words for which no other word is ever proposed: they are searched for as they were typed.

Somebody who asks about rape, a faith or an illness is not to be asked whether another thing was
meant. The list holds what this register and those who read it call crimes and harm, victims, and
what the Equality Act 2010 protects; all forms of a word go with it.
"""

from functools import cache

from spellchecker import SpellChecker

from search.words import WORD, plain, plain_words, stem, tidied

CRIMES_AND_HARM = """
    abduct abuse abuser acid affray alcohol antisocial arson asb assault attack bereaved bereavement
    blackmail bully burglary buggery carjacking coercion coercive controlling cocaine county crime
    crack criminal cruelty csa cse cyber cyberstalking dead death die domestic drug drunk exploit
    extort extremism fgm fatal fear female fondle forced fraud gang genital grievous grief groom
    grooming gun hanging harass hate heroin hijack hoax homicide honour incest indecent infanticide
    injury isva idva
    intimidate kidnap kill knife ketamine killing lynch manslaughter marac marriage
    modern molest mugging murder mutilation naloxone neglect nudes opioid overdose paedophile
    pervert
    pimp pornography prostitute punch raid ransom rape raping raped rapist robbery sadism sexting
    sexual sex shooting slavery slave smuggle spiking stab stalker stalking strangle strangulation
    suicide suicidal swat taser terror terrorist terrorism theft thief threat torture traffic
    trafficking traumatic trauma trolling upskirting vandalism victim victimise violence violent
    voyeur voyeurism weapon witness wound
"""
PEOPLE = """
    age aged ageism elder elderly older old young youth child infant baby teenager
    african albanian arab asian bangladeshi black bulgarian caribbean chinese ethnic ethnicity
    european foreigner gypsy indian irish jamaican kurdish migrant minority mixed muslim pakistani
    polish race racial racism racist refugee roma romanian sikh somali syrian traveller turkish
    ukrainian vietnamese white windrush
    antisemitic antisemitism buddhist catholic christian faith hindu islam islamic islamophobia
    jewish jew protestant quaker religion religious sunni shia
    asexual bisexual boy butch deadname female gay gender girl homophobia homophobic homosexual
    husband intersex lesbian lgbt lgbtq male man mother father nonbinary pregnant pregnancy queer
    sexuality straight trans transgender transphobia transsexual transvestite wife woman widow
    abortion addict addiction adhd aids alcoholic alcoholism anorexia anxiety asperger autism
    autistic bipolar blind bulimia cancer cerebral coma covid coronavirus crippled deaf dementia
    depressed depression disability disabled down dyslexia dyslexic dyspraxia eating epilepsy
    epileptic fit fits handicapped health hepatitis hiv illness impotent injured insane learning
    mad mental miscarriage neurodivergent obese paralysed parkinson patient psychiatric psychosis
    psychotic ptsd schizophrenia schizophrenic seizure sectioned sick sober stroke stutter syphilis
    tourette wheelchair
    asylum bail beggar convict custody debt destitute evicted homeless inmate orphan poor poverty
    prison prisoner probation rough sleeper unemployed universal
"""
WORDS = frozenset(plain_words(f"{CRIMES_AND_HARM} {PEOPLE}"))
STEMS = frozenset(map(stem, WORDS))


def is_sensitive(word: str) -> bool:
    return word in WORDS or stem(word) in STEMS


def is_known(word: str) -> bool:
    """Whether a word in small letters is no slip of the keyboard but English, or a usual name."""
    return word in _dictionary()


def names_in(text: str) -> frozenset[str]:
    """The words of a search that are typed as names: with a capital letter, where not all is in
    capitals. Our search boxes ask telephones not to make the first letter one.
    """
    if text.isupper():
        return frozenset()
    words = [found[0] for found in WORD.finditer(tidied(text)) if found[0][0].isupper()]
    return frozenset(map(plain, words))


@cache
def _dictionary() -> SpellChecker:
    """English words and first names; read once, when a word is first found nowhere."""
    return SpellChecker(language="en")
