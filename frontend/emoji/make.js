// Writes ../public/emoji.json, from emojibase-data (MIT), whose names and keywords are Unicode's (CLDR, Unicode License v3).
// Run by hand when Unicode has new emoji: `npm ci && npm run make`.
//
// The file is a list of groups in Unicode's order, each a list of emoji: the emoji, its names between colons, its English
// name (nothing where the first of those says it) and its Korean one, and its keywords of both, with `|` between them; and
// behind another one `t`, if it comes in colours of skin.
import { readFileSync, writeFileSync } from "node:fs";

const read = (file) => JSON.parse(readFileSync(new URL(`node_modules/emojibase-data/${file}`, import.meta.url), "utf8"));

const NEWEST = 16; // What most systems can draw.
const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9]; // Without the parts that others are made of.
const MOST = 5; // Keywords in English, which has names enough.
const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];
// What people call some emoji: found by this first.
const CALLED = {
  "👍": "따봉", "👎": "별로", "😂": "ㅋㅋㅋ", "🤣": "빵터짐", "😭": "엉엉", "😢": "슬픔", "🎉": "축하", "🙏": "부탁", "🙇": "죄송",
  "❤️": "하트", "🔥": "불", "👏": "박수", "💪": "화이팅", "✅": "완료", "👀": "눈팅", "🤔": "생각", "😊": "미소", "🥳": "파티",
  "🎂": "생일", "👌": "오케이", "🙌": "만세", "👋": "안녕", "💯": "백점", "☕": "커피", "🍻": "건배", "😴": "졸림", "😡": "화남",
  "😅": "민망", "🫡": "충성", "🚀": "로켓", "⭐": "별", "💩": "똥", "🐶": "강아지", "🐱": "고양이", "😍": "사랑", "🥺": "제발",
};

const english = read("en/data.json");
const korean = new Map(read("ko/data.json").map((emoji) => [emoji.hexcode, emoji]));
const all = new Set(english.map(({ hexcode }) => hexcode));
const codes = read("en/shortcodes/github.json");
const plain = (text) => text.replaceAll("|", " ").replace(/\s+/g, " ").trim();

/** As Unicode has it fully qualified: the sign for colourful signs only behind what is none by itself. */
const shown = ({ emoji, type }) => ([...emoji].length === 2 && type === 1 ? emoji.replace("\u{fe0f}", "") : emoji);

/** Keywords that are words: of long ones, the parts mean little. */
const words = (tags = []) => tags.map(plain).filter((tag) => tag.split(" ").length < 3).join(" ").split(" ");

/** Whether it is a woman or a man where there is also a person: then what is said of that is not said again. */
const isOfOne = ({ hexcode }) =>
  /-200D-264[02]$/.test(hexcode) || (/^1F46[89]-200D-/.test(hexcode) && all.has(hexcode.replace(/^1F46[89]/, "1F9D1")));

function line(emoji) {
  const translated = korean.get(emoji.hexcode);
  const named = [codes[emoji.hexcode] ?? []].flat();
  const names = [emoji.label, translated?.label ?? emoji.label].map(plain);
  const tags = isOfOne(emoji) ? [] : [...words(emoji.tags).slice(0, MOST), ...words(translated?.tags)];
  const said = `${names.join(" ").toLowerCase()} ${named.join(" ").replaceAll("_", " ")}`;
  const called = CALLED[shown(emoji)];
  const news = [...new Set(tags)].filter((word) => word && word !== called && !said.includes(word.toLowerCase()));
  if (called) news.unshift(called);
  const [inEnglish, inKorean] = names;
  // Where the first name between colons says the same, that is enough.
  const same = named[0]?.replaceAll("_", " ") === inEnglish.toLowerCase();
  const fields = [shown(emoji), named.join(" "), same ? "" : inEnglish, inKorean, news.join(" ")];
  if (hasTones(emoji)) fields.push("t");
  return fields.join("|");
}

/** Whether each colour of skin is said behind the first character, where the sign for colourful signs may stand. */
function hasTones({ emoji, skins = [] }) {
  const [first, ...rest] = [...emoji];
  if (rest[0] === "\u{fe0f}") rest.shift();
  return TONES.every((tone) => skins.some((skin) => skin.emoji === [first, tone, ...rest].join("")));
}

const groups = GROUPS.map((group) =>
  english
    .filter((emoji) => emoji.group === group && emoji.version <= NEWEST)
    .sort((one, other) => one.order - other.order)
    .map(line),
);
writeFileSync(new URL("../public/emoji.json", import.meta.url), `${JSON.stringify(groups).replaceAll('",', '",\n')}\n`);
