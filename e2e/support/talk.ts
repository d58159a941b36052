/** What people write in a long-lived room: Korean and English, most of it short, some of it long, some of it marked up. */
const SHORT = [
  "네",
  "좋아요!",
  "ㅋㅋㅋㅋ",
  "오늘 점심 뭐 먹을까요?",
  "저는 김치찌개요",
  "ok",
  "on my way",
  "sounds good to me 👍",
  "방금 올렸어요, 확인 부탁드려요",
  "회의 10분만 미룰게요",
  "Can somebody look at the build? It is red again.",
  "고마워요 🙏",
  "다들 주말 잘 보내세요",
  "same here",
] as const;

const LONG = [
  "어제 이야기한 내용을 정리해 봤습니다. 먼저 서버를 옮기고, 그다음에 주소를 바꾸고, 마지막으로 예전 서버를 끄면 됩니다. 옮기는 동안에는 글을 쓸 수 없으니 밤에 하는 것이 좋겠어요. 혹시 빠진 것이 있으면 말해 주세요.",
  "I went through the whole log last night and I think the pause comes from the backup: it starts at three, takes the disk for about two minutes, and everything that wants to write in the meantime waits for it. We could move it, or give it less of the disk.\n\nWhat do you think?",
  "장보기\n우유\n달걀\n대파\n두부",
] as const;

const MARKED = [
  "**중요**: 내일부터 *새 주소*를 씁니다. https://maru.example/guide",
  "`cargo test` 가 여기서는 잘 돼요",
  "> 언제 시작하죠?\n\n3시에요",
  "- first this\n- then that\n- and then we go home",
  "```rust\nfn main() {\n    println!(\"안녕하세요\");\n}\n```",
  "see https://example.org/a/rather/long/path?with=questions for how it was done :tada:",
] as const;

/** The text of the message of this number: always the same one. */
export function text(number: number): string {
  const from = (texts: readonly string[]) => texts[number % texts.length]!;
  if (number % 23 === 0) return from(LONG);
  if (number % 9 === 0) return from(MARKED);
  return `${from(SHORT)} ${number}`;
}
