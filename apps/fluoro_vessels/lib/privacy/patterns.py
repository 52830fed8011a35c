"""What gives a person away by its shape alone: dates, telephone numbers, mail, ages, numbers, titles.

Every pattern takes out what it matches; none of them knows a name.
"""

import re
from typing import Final

MONTHS: Final = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|"
    r"sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
TITLES: Final = (
    r"(?:dr|drs|prof|professor|doctor|doktor|docteur|mr|mrs|miss|mister|herr|herrn|frau|mme|mlle|monsieur|madame|"
    r"signor|signora|dott|dra|doña|señor|señora|nurse|schwester|pfleger|operator|operateur|untersucher|zuweiser)"
)
SIGNED: Final = (
    r"(?:(?:performed|reported|read|signed|seen|referred|done|dictated|operated|entered|approved|verified|typed|"
    r"discussed|spoke|called|informed|durchgeführt|befundet|diktiert|realizado|eseguito|effectué)"
    r"[ \-]+(?:by|with|to|von|durch|par|por|da))"
)
LEADS: Final = (
    r"(?:by|from|for|per|pt|pat|patient|patientin|physician|surgeon|radiologist|cardiologist|technologist|tech|mtra|"
    r"name|contact|call|cc|attn|von|durch|arzt|médecin|medecin|par|medico|médico|paciente|paziente|ref|wife|husband|"
    r"daughter|son|mother|father|ms|md|hr|sr|sra|sig|don|sister|sir|oa|oä|ca|pd|fr|m)"
)
NAME_WORD: Final = r"(?:[^\W\d_a-z][^\W\d_]*(?:['\u2019\-][^\W\d_]+)*)"
PARTICLE: Final = r"(?:van|von|de[rnl]?|la|le|di|da|dos|bin|al|el|ter|ten)"
NAMES: Final = rf"{NAME_WORD}\.?(?:[ ,]+(?:{PARTICLE} )*{NAME_WORD}\.?){{0,3}}"

IDS: Final = (
    r"(?:mrn|pid|ssn|nhs|acc|accession|case|fall\w*|id|participant|proband|room|bed|ward|station|lot|batch|"
    r"serial|s/?n|dossier|expediente|prontuario|cartella|pesel|cpr|dni|nie|nir|nif|cpf|bsn|nino|ahv|"
    r"codice fiscale|personnummer)"
)
STREETS: Final = r"(?:street|road|avenue|lane|grove|terrace|crescent|gardens)"
WAYS: Final = r"(?:rue|avenue|boulevard|quai|chemin|impasse|calle|avenida|rua)"

MACHINES: Final = (
    r"(?<![\w.+\-])[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)*",
    r"\b(?:https?|ftp|file|smb)://\S+|\bwww\.\S+|\\\\\S+|\b[a-z]:\\\S+",
)
TELEPHONES: Final = (r"\+\d[\d \-/()]{6,}\d", r"\b\d{3}-\d{2}-\d{4}\b")
ADDRESSES: Final = (
    r"\b(?:lives? (?:at|in)\b|wohnhaft\b|domicili\w+)[^;\n]*",
    r"\b(?:address|adresse|direcci[oó]n|indirizzo|endereço) ?:[^;\n]*",
    rf"\b\d{{1,4}}[a-z]?,? {WAYS}\b[^,;\n]*",
    rf"\b\d{{1,4}}[a-z]?,? (?:[^\W\d_]+ ){{1,3}}{STREETS}\b",
    r"\b[^\W\d_]+(?:stra(?:ß|ss)e|str\.|gasse|weg|allee|platz|ufer|straat|laan) \d{1,4}[a-z]?\b",
)
ALWAYS: Final = tuple(
    re.compile(text, re.IGNORECASE)
    for text in (
        *MACHINES,
        *TELEPHONES,
        *ADDRESSES,
        r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-2](?:\.\d+){4,}\b",
        r"\b(?:19|20)\d{2}[.\-/ ]?(?:0[1-9]|1[0-2])[.\-/ ]?(?:0[1-9]|[12]\d|3[01])\b",
        r"\b\d{1,2}[.\-/ ]\d{1,2}[.\-/ ](?:19|20)\d{2}\b|\b\d{1,2}([.\-/])\d{1,2}\1\d{2}\b",
        r"\b\d{1,2}(?:er|º|ª|\.)? (?:d[ei] |of )?[^\W\d_]{3,12}\.?,? (?:del? )?(?:19|20)\d{2}\b",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?[. \-]*{MONTHS}[., \-]*(?:(?:19|20)?\d{{2}})?\b",
        rf"\b{MONTHS}[. \-]*\d{{1,2}}(?:st|nd|rd|th)?(?:[, \-]+(?:19|20)\d{{2}})?\b",
        rf"\b{MONTHS}[., \-]+(?:19|20)\d{{2}}\b",
        r"(?<!\w)['\u2019]\d{2}\b",
        r"(?<![\d.,])\(?0\d{1,4}\)?[ \-/.]\d{3,}(?:[ \-/.]\d{2,})*(?![\d.,])",
        r"(?<![\d.,])\(?\d{3}\)?[ \-.]\d{3}[ \-.]\d{4}(?![\d.,])",
        r"(?<![\w.,])(?=(?:\d ?){9})\d{1,4}(?: \d{1,4}){2,}(?![\w%])",
        r"(?<![\w.,])(?=(?:\d[.\-/]?){7})\d{1,4}([.\-/])\d{1,4}(?:\1\d{1,4})+(?:-\d+)?(?![\w%])",
        r"(?<![\w.,\-])\d{3}-\d{4}(?![\w\-])",
        rf"\b{IDS}\b[ .:#=°º]*(?:n[°ºro.]+ ?)?(?=\S*\d\S*\d\S*\d)\S+(?: \d{{2,}})*",
        r"\b(?:policy|insurance|versicherung\w*|mutuelle|seguro)\b[ .:]*(?:[a-z]{2,5} )?\d[\d ]*",
        r"\b(?:ext|extension|durchwahl|bleep|pager|beeper|poste)\b[ .:]*\d{3,6}\b",
        r"(?<![\d.])\d{5,}(?:[\-/]\d+)*(?![.\d])",
        r"\b(?=\w*\d\w*\d\w*\d\w*\d)(?=\w*[a-z])(?!\d+x\d)[^\W_]{6,}\b",
        r"\b(?:mrn|pid|ssn|nhs|acc|accession|case|fall|id|no|nr|tel|phone|fax|room|bed|ward|station)\b\s*[.:#=]+\s*\S+",
        r"(?<!jpeg )\b(?:19[2-9]\d|20[0-3]\d)\b(?:/\d+)?",
    )
)
"""Mail, machines, telephones, addresses, UIDs, dates, long numbers, numbers that say what they are, years."""

AGES: Final = tuple(
    re.compile(text, re.IGNORECASE)
    for text in (
        r"\b\d{1,3}[ \-]?(?:yo?|y/o|yrs?|years?|jahre|jährig\w*|j|ans|anni|a[ñn]os|jaar)\b(?:[ \-]*old\b)?",
        r"\b\d{1,3}[ \-]?(?:year|month|day)s?[ \-]old\b",
        r"\b(?:age|aged|alter|âge|edad|età)\b[ :=]*\d{1,3}\b",
        r"\b\d{2,3} ?(?:yo? ?)?[mfw]\b(?!\w)|\b[mfw] ?/? ?\d{2}\b(?! ?(?:f|fr|mm|deg|°))",
    )
)
AFTER_TITLE: Final = re.compile(
    rf"(?i:\b(?:(?P<kept>{SIGNED})|{TITLES}))[.: ]+(?:(?i:{TITLES}|med)\b[. ]+)*(?P<names>{NAMES})"
)
"""The first word behind a title is a name, whatever it means; further ones are if they mean nothing."""

AFTER_LEAD: Final = re.compile(rf"(?P<kept>(?i:\b{LEADS}\b)[.:= ]+)(?P<names>{NAMES})")
PAIR: Final = re.compile(rf"(?P<names>\b{NAME_WORD}, ?{NAME_WORD}\b)")
"""Behind a lead, and in Last, First, words are a name if one of them means nothing."""

AFTER_MISS: Final = re.compile(
    rf"(?i:\b(?:(?P<kept>{SIGNED})|mrs?|miss|ms|mme|mlle|frau|herrn?|sra?|signora?)\b)"
    r"[. ]+(?P<names>[A-Z][^\W\d_A-Z]+ [A-Z][^\W\d_A-Z]+)\b"
)
"""So are two, where a given name may stand."""

AFTER_PATIENT: Final = re.compile(
    r"(?P<kept>\b(?i:patient|patientin|paciente|paziente|pt|pat)[.: ]+)(?P<names>[A-Z][a-z]+)(?=,|;|$)"
)
"""One word alone between "patient" and a comma is a name, whatever it means."""

PLACES: Final = (
    r"(?i:hospital|hôpital|hopital|klinik|klinikum|clinic|clinique|university|universität|infirmary|institute|"
    r"centre|center|mount|heart)"
)
BESIDE: Final = re.compile(
    rf"(?:\b(?:(?i:{PARTICLE})|{PLACES}|del|des|di|du)\b[ \-]*){{1,5}}\0|\0[ \-]*\b(?:{PLACES}|U?MC|CHU)\b"
    r"|\0 [A-Z][^\W\d_A-Z]+ (?=\0)"
)
"""What belongs to a name that went: of, what a place of that name is, and one word between two names."""

OWN_SHAPE: Final = (
    re.compile(rf"\b{NAME_WORD}\^[\w^.'\-]*"),
    re.compile(rf"(?<!\w)(?:[A-Z]\.[ ]?){{1,3}}{NAME_WORD}"),
    re.compile(
        r"\b(?:Ste?\.|Saint|Sankt|Sint|San|Sant[ao]|São|Mount|Mt\.|Sacred|Holy|Royal|Queen|"
        rf"Good(?= Sam| Shep))[ \-]+{NAME_WORD}"
    ),
)
"""LAST^FIRST, J. Last, and places called after saints and kings."""

GUARDED: Final = (
    *(re.compile(text, re.IGNORECASE) for text in (*MACHINES, *TELEPHONES)),
    OWN_SHAPE[0],
    re.compile(rf"\b(?:Dr|Prof|Mrs?|Herrn?|Frau)\b[. ]+{NAMES}"),
)
"""What a text that no person types never has."""
