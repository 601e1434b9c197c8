"""Other codes and common names of aircraft, by equivalent type of the ICAO calculator: our own table.

One line a type: equivalent type | ICAO type designators | schedule codes absent from appendix B | manufacturer | models.
A name is formed from the manufacturer and each model, and from the model alone where it begins with a letter and a digit or
holds a hyphen or slash. ``-`` stands for "no equivalent": the type is known and ends in "no fuel data", never in a guess.
From general knowledge (ICAO Doc 8643 and schedule code lists were not at hand), hence quality ``unverified``.
"""

TYPES = """
318 | A318 | 31A | Airbus | A318; A318-100
319 | A319 | 31B | Airbus | A319; A319-100; A319-200
320 | A320 | | Airbus | A320; A320-100; A320-200; A320ceo; A320 ceo
321 | A321 | | Airbus | A321; A321-100; A321-200; A321ceo
31N | A19N | | Airbus | A319neo; A319-100N
32N | A20N | | Airbus | A320neo; A320-200N; A320-251N; A320-271N
32Q | A21N | | Airbus | A321neo; A321-200N; A321LR; A321neo LR; A321-251NX; A321-271NX
221 | BCS1 | CS1 | Airbus | A220-100
223 | BCS3 | CS3 | Airbus | A220-300; A220
221 | | | Bombardier | CS100; CSeries CS100
223 | | | Bombardier | CS300; CSeries CS300
AB4 | A30B | | Airbus | A300; A300B4
AB6 | A306 | | Airbus | A300-600; A300-600R
310 | A310 | | Airbus | A310; A310-300; A310-200
330 | | | Airbus | A330
332 | A332 | | Airbus | A330-200
333 | A333 | | Airbus | A330-300
338 | A338 | | Airbus | A330-800; A330-800neo
339 | A339 | | Airbus | A330-900; A330-900neo; A330neo
340 | | | Airbus | A340
342 | A342 | | Airbus | A340-200
343 | A343 | | Airbus | A340-300
345 | A345 | | Airbus | A340-500
346 | A346 | | Airbus | A340-600
359 | A359 | | Airbus | A350-900; A350; A350 XWB
351 | A35K | | Airbus | A350-1000
388 | A388 | | Airbus | A380-800; A380
717 | B712 | | Boeing | 717; 717-200
732 | B732 | | Boeing | 737-200
733 | B733 | | Boeing | 737-300
734 | B734 | | Boeing | 737-400
735 | B735 | | Boeing | 737-500
736 | B736 | | Boeing | 737-600
737 | | | Boeing | 737
73W | B737 | | Boeing | 737-700
73H | B738 | 7S8 | Boeing | 737-800
73J | B739 | | Boeing | 737-900; 737-900ER
7M8 | B38M | 38M | Boeing | 737 MAX 8; 737-8; 737-8 MAX; 737 MAX
7M9 | B39M | | Boeing | 737 MAX 9; 737-9; 737-9 MAX
- | B37M | 7M7 | Boeing | 737 MAX 7; 737-7
- | B3XM | 7MJ | Boeing | 737 MAX 10; 737-10
741 | B741 | | Boeing | 747-100
742 | B742 | | Boeing | 747-200
743 | B743 | | Boeing | 747-300
744 | B744 | | Boeing | 747-400
74H | B748 | 748 | Boeing | 747-8; 747-8I; 747-8 Intercontinental
747 | | | Boeing | 747
757 | | | Boeing | 757
75W | B752 | | Boeing | 757-200
753 | B753 | | Boeing | 757-300
767 | | | Boeing | 767
762 | B762 | | Boeing | 767-200; 767-200ER
76W | B763 | | Boeing | 767-300; 767-300ER
764 | B764 | | Boeing | 767-400; 767-400ER
777 | | | Boeing | 777
772 | B772 | | Boeing | 777-200; 777-200ER
77L | B77L | | Boeing | 777-200LR
773 | B773 | | Boeing | 777-300
77W | B77W | | Boeing | 777-300ER
- | B778 | 778 | Boeing | 777-8; 777-8X
- | B779 | 779 | Boeing | 777-9; 777-9X; 777X
789 | B789 | | Boeing | 787-9; 787; 787 Dreamliner; 787-9 Dreamliner
788 | B788 | | Boeing | 787-8; 787-8 Dreamliner
781 | B78X | 78X; 78J | Boeing | 787-10; 787-10 Dreamliner
M11 | MD11 | | McDonnell Douglas | MD-11
M80 | | | McDonnell Douglas | MD-80
M81 | MD81 | | McDonnell Douglas | MD-81
M82 | MD82 | | McDonnell Douglas | MD-82
M83 | MD83 | | McDonnell Douglas | MD-83
M87 | MD87 | | McDonnell Douglas | MD-87
M88 | MD88 | | McDonnell Douglas | MD-88
M90 | MD90 | | McDonnell Douglas | MD-90
D95 | DC95 | | McDonnell Douglas | DC-9-50
E70 | E170 | | Embraer | E170; 170; ERJ-170; ERJ 170; EMB-170
E75 | E75L; E75S; E175 | E7L; E7S | Embraer | E175; 175; ERJ-175; ERJ 175; EMB-175
E90 | E190 | | Embraer | E190; 190; ERJ-190; ERJ 190; EMB-190
E95 | E195 | | Embraer | E195; 195; ERJ-195; ERJ 195; EMB-195
290 | E290 | | Embraer | E190-E2; 190-E2
295 | E295 | | Embraer | E195-E2; 195-E2
- | E275 | 275 | Embraer | E175-E2; 175-E2
ER3 | E135 | | Embraer | ERJ-135; ERJ135; ERJ 135; EMB-135; RJ135
ERD | | | Embraer | ERJ-140; ERJ140; ERJ 140
ER4 | E145; E45X | | Embraer | ERJ-145; ERJ145; ERJ 145; EMB-145; RJ145
EM2 | E120 | | Embraer | EMB-120; EMB 120 Brasilia
EMB | E110 | | Embraer | EMB-110; EMB 110 Bandeirante
CR1 | CRJ1 | | Bombardier | CRJ100; CRJ-100; CRJ 100
CR2 | CRJ2 | | Bombardier | CRJ200; CRJ-200; CRJ 200; Canadair Regional Jet 200
CR7 | CRJ7 | | Bombardier | CRJ700; CRJ-700; CRJ 700; Canadair Regional Jet 700
CR9 | CRJ9 | | Bombardier | CRJ900; CRJ-900; CRJ 900; Canadair Regional Jet 900
CRK | CRJX | | Bombardier | CRJ1000; CRJ-1000; CRJ 1000
DH1 | DH8A | | De Havilland Canada | Dash 8-100; DHC-8-100; DHC-8-100 Dash 8
DH2 | DH8B | | De Havilland Canada | Dash 8-200; DHC-8-200
DH3 | DH8C | | De Havilland Canada | Dash 8-300; DHC-8-300
DH4 | DH8D | Q400 | De Havilland Canada | Dash 8-400; DHC-8-400; Dash 8 Q400; DHC-8-402Q; DHC-8 Q400; Dash 8-Q400
DH4 | | | Bombardier | Q400; Dash 8 Q400
DH7 | DHC7 | | De Havilland Canada | Dash 7; DHC-7
DHT | DHC6 | | De Havilland Canada | DHC-6; DHC-6 Twin Otter; Twin Otter
DHP | DHC2 | | De Havilland Canada | DHC-2; DHC-2 Beaver
AT4 | AT43; AT44 | | ATR | ATR 42-300; ATR 42-320
AT5 | AT45; AT46 | AT46 | ATR | ATR 42-500; ATR 42-600
AT7 | AT72; AT73; AT75; AT76 | | ATR | ATR 72; ATR 72-200; ATR 72-500; ATR 72-600; ATR 72-210
100 | F100 | | Fokker | Fokker 100; F100; F-100
F70 | | | Fokker | Fokker 70; F-70
F50 | | | Fokker | Fokker 50; F-50
F28 | | | Fokker | F28 Fellowship; F-28
F27 | | | Fokker | F27 Friendship; F-27
SF3 | SF34 | | Saab | Saab 340; 340B; Saab 340B
S20 | SB20 | | Saab | Saab 2000; 2000
AR1 | RJ1H | | BAe | Avro RJ100; RJ100; RJ-100
AR8 | RJ85 | | BAe | Avro RJ85; RJ85; RJ-85
AR7 | RJ70 | | BAe | Avro RJ70; RJ70; RJ-70
146 | | | BAe | 146
141 | B461 | | BAe | 146-100
142 | B462 | | BAe | 146-200
143 | B463 | | BAe | 146-300
J31 | JS31 | | BAe | Jetstream 31
J32 | JS32 | | BAe | Jetstream 32
J41 | JS41 | | BAe | Jetstream 41
ATP | | | BAe | BAe ATP
D38 | D328 | | Dornier | 328; Do 328; Do-328
FRJ | J328 | | Fairchild Dornier | 328JET
D28 | D228 | | Dornier | 228; Do 228; Do-228
BE1 | B190 | | Beechcraft | 1900
BES | | | Beechcraft | 1900C
BEH | | | Beechcraft | 1900D
SU9 | SU95 | SSJ | Sukhoi | Superjet 100; Superjet 100-95; SSJ100; SSJ-100; SSJ 100
A81 | A148 | | Antonov | An-148
A40 | A140 | | Antonov | An-140
AN4 | AN24 | | Antonov | An-24
IL9 | IL96 | I93 | Ilyushin | Il-96
ILW | IL86 | | Ilyushin | Il-86
T20 | T204 | | Tupolev | Tu-204; Tu-214
TU3 | T134 | | Tupolev | Tu-134
TU5 | T154 | | Tupolev | Tu-154
YK2 | YK42 | | Yakovlev | Yak-42
YK4 | YK40 | | Yakovlev | Yak-40
MA6 | MA60 | | Xian | MA-60; MA60
L4T | L410 | | Let | L-410; L-410 Turbolet
CNC | C208 | | Cessna | 208; 208 Caravan; 208B Grand Caravan; Caravan
PL2 | PC12 | | Pilatus | PC-12
BNI | BN2P | | Britten-Norman | BN-2 Islander; Islander
SH6 | SH36 | | Shorts | 360; SD3-60
SWM | SW4 | | Fairchild | Metro; Metroliner; SA227
I14 | I114 | | Ilyushin | Il-114
- | AJ27 | 909 | Comac | ARJ21; ARJ21-700; C909; ARJ-21
- | C919 | 919 | Comac | C919; C-919
"""

SURFACE = {
    "TRN": "train",
    "BUS": "bus",
    "LMO": "limousine",
    "LCH": "launch or boat",
    "RFS": "road feeder service",
}
WINGLETS = {"73W", "73H", "73J", "75W", "76W"}


def rows() -> list[tuple[str, str, str | None, str]]:
    """Return (kind, code, equivalent type or None, basis)."""
    found = [row for line in TYPES.strip().splitlines() for row in _line(line)]
    surface = [("surface", code, None, f"not an aircraft: {what}") for code, what in SURFACE.items()]
    return [*found, *surface]


def _line(line: str) -> list[tuple[str, str, str | None, str]]:
    kind, designators, synonyms, maker, models = (part.strip() for part in line.split("|"))
    equivalent = None if kind == "-" else kind
    named = [name for model in _items(models) for name in _names(maker, model)]
    groups = {"designator": _items(designators), "synonym": _items(synonyms), "name": named}
    return [
        (kind, code, equivalent, _basis(equivalent, kind)) for kind, codes in groups.items() for code in codes
    ]


def _items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def _names(maker: str, model: str) -> list[str]:
    """Return the ways to write a model: with its maker, alone, and as B777-300ER for a Boeing."""
    full = [model if model.startswith(maker) else f"{maker} {model}"]
    alone = [model] if any(mark in model for mark in "- ") or model[0].isalpha() else []
    boeing = [f"B{model}"] if maker == "Boeing" else []
    return [*full, *alone, *boeing]


def _basis(equivalent: str | None, kind: str) -> str:
    if equivalent is None:
        return "the calculator has no fuel row for this type or a sound substitute"
    if equivalent in WINGLETS and kind != "synonym":
        return "the version with winglets stands for the type, as in the default mix"
    return "same type under another code or name"
