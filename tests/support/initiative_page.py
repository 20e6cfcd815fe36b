"""A small page in the form of the initiative's page, in our own words."""

from __future__ import annotations

from typing import Final

LONG: Final = "What a fixture tells here is long enough to be running text, and says nothing. " * 3
EOPS: Final = "Opening more doors: “Enhanced Opportunities Partners”"
PLATFORM: Final = "A table with many chairs: the Interoperability Platform"
LIST: Final = (
    "Bosnia and Herzegovina, Japan, New\u00a0Zealand,\u00a0Serbia and the Republic of Korea."
)
FIXTURE: Final = f"""Partnership Interoperability Initiative

  • Last updated: 05 Sep. 2031 09:30

The Partnership Interoperability Initiative (PII) was first launched at the Oslo Summit in 2021.
It is a fixture of NATO.
A corner of a room
Somebody stands in it.
• The current Enhanced Opportunities Partners are: Japan, Mongolia and Serbia.
• Later the PII launched the “Interoperability Platform” (IP), which now has 5 partners.
How it works
{LONG}
With all of this, the PII aims to:
• be a first thing;
• be a second thing.
{EOPS}
{LONG} As part of the PII there are enhanced opportunities, including:
• tea;
• coffee;
• cake.
Soon after the 2021 Oslo Summit, three partners were given these “enhanced opportunities”: Finland, Japan and Sweden. Each “Enhanced Opportunities Partner” (EOP) may stay away. Serbia and Mongolia became the fourth and fifth EOPs in May 2024 and June 2025 respectively. In 2026 and 2027 respectively, Finland and Sweden joined NATO.
{PLATFORM}
{LONG} At present 5 partners are members of the IP.
The IP was launched at the Oslo Summit. Since then, many have met in the IP format, including at the level of the Operations Policy Committee, the Military Committee, and expert groups like the Conference of National Armaments Directors, the Command, Control and Consultation Board and others. At the Turin Summit in July 2023, defence ministers of the IP will meet again.
These 5 partners are currently in the Interoperability Platform:
{LIST}"""  # noqa: E501 - lines of a page
