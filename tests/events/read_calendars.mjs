// Reads calendars with ical.js, as another program than the one that wrote them would.
//
//   node read_calendars.mjs <ical.js>   stdin: JSON, a list of texts; stdout: JSON, for each the list of its VEVENTs
//
// Instants are UTC, as `2027-03-14T12:00:00Z`; `zone` is the TZID, whose rules come from the calendar's own VTIMEZONE.
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]));

const instant = (time) => new Date(time.toUnixTime() * 1000).toISOString().replace(".000", "");

const read = (source) => {
  const calendar = new ICAL.Component(ICAL.parse(source));
  return calendar.getAllSubcomponents("vevent").map((entry) => {
    const value = (name) => entry.getFirstPropertyValue(name);
    const start = value("dtstart");
    return {
      uid: value("uid"),
      sequence: value("sequence"),
      status: value("status"),
      start: instant(start),
      end: instant(value("dtend")),
      stamp: instant(value("dtstamp")),
      zone: start.zone?.component ? start.zone.tzid : null,
      has_rules: Boolean(start.zone?.component),
      summary: value("summary"),
      location: value("location"),
      description: value("description"),
      url: value("url"),
      geo: value("geo"),
    };
  });
};

process.stdout.write(JSON.stringify(JSON.parse(await text(process.stdin)).map(read)));
