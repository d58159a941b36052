//! What is said in the demo.

use anyhow::Result;
use maru_shared::Role;

use crate::{Demo, pictures};

const EVERYBODY: [&str; 7] = ["지영", "민수", "Daniel", "서연", "Amélie", "현우", "하은"];

/// Fills the Maru: who is in it, where they talk, and what they say.
pub(crate) fn tell(demo: &mut Demo) -> Result<()> {
    demo.day(6, 3);
    demo.arrive("지영", Role::Owner)?;
    demo.arrive("민수", Role::Member)?;
    demo.arrive("Daniel", Role::Member)?;
    demo.arrive("서연", Role::Moderator)?;
    demo.arrive("Amélie", Role::Member)?;
    demo.arrive("현우", Role::Member)?;
    demo.arrive("하은", Role::Guest)?;
    demo.room(
        "지영",
        "소풍",
        false,
        "토요일 열 시 반, 선유교 앞",
        &["민수", "Daniel", "Amélie", "현우", "하은"],
    )?;
    demo.room("Daniel", "dev", false, "Maru의 안쪽 · what runs underneath", &["지영", "민수", "서연"])?;
    demo.room("서연", "책 모임", false, "이달의 책: 『파친코』", &["지영", "Amélie", "하은"])?;
    demo.room("지영", "운영", true, "안내와 초대", &["서연", "Daniel"])?;
    demo.room("현우", "여름 캠프", false, "지난여름", &["지영", "하은"])?;

    summer(demo)?;
    lobby(demo)?;
    picnic(demo)?;
    code(demo)?;
    books(demo)?;
    between(demo)
}

fn summer(demo: &mut Demo) -> Result<()> {
    let last = demo.say("여름 캠프", "현우", "사진은 다 옮겼어요. 이 방은 닫아 둘게요. 다들 고마웠어요!")?;
    demo.react(last, "👋", &["지영", "하은"])?;
    demo.archive("여름 캠프", "현우")
}

fn lobby(demo: &mut Demo) -> Result<()> {
    demo.day(4, 5);
    let welcome = demo.say(
        "lobby",
        "지영",
        "마루에 온 걸 환영해요! 여기는 모두가 지나다니는 곳이에요.\n\n\
         - 새 방은 왼쪽 아래에서 **누구나** 만들 수 있어요\n\
         - 소풍 얘기는 *소풍* 방에서\n\
         - 모르는 게 있으면 @서연 에게 물어보세요",
    )?;
    demo.pin(welcome, "지영")?;
    demo.react(welcome, "🎉", &["민수", "Daniel", "Amélie", "하은"])?;
    demo.react(welcome, "❤️", &["서연", "현우"])?;
    demo.say("lobby", "Amélie", "Bonjour tout le monde! So good to have our own place. 🏡")?;
    demo.say("lobby", "하은", "안녕하세요, 하은이에요. 잘 부탁드려요!")?;
    demo.say("lobby", "현우", "반가워요 하은 님!")?;
    demo.pause(40);
    let question =
        demo.say("lobby", "하은", "혹시 알림을 방마다 다르게 할 수 있나요? 밤에는 조용했으면 해서요.")?;
    demo.answer(
        question,
        "lobby",
        "서연",
        "네! 방 이름 옆의 단추를 누르면 *모두 · 나를 부를 때만 · 끄기* 중에서 고를 수 있어요.",
    )?;
    demo.react(question, "🙏", &["하은"])?;

    demo.day(1, 6);
    demo.say("lobby", "Daniel", "Heads-up: I am moving the server to the new box tonight around ten. It should take a minute; whatever you write meanwhile just waits and goes out after.")?;
    let done = demo.say("lobby", "Daniel", "Done. Forty seconds, and nothing lost. :tada:")?;
    demo.react(done, "👏", &["지영", "민수", "서연", "현우"])?;
    demo.react(done, "🚀", &["민수"])?;
    demo.say("lobby", "민수", "/me 박수를 친다 👏")?;
    let oops = demo.say("lobby", "현우", "앗 여기 아닌데")?;
    demo.delete(oops, "현우")?;

    demo.day(0, 3);
    demo.say("lobby", "지영", "좋은 아침이에요! 오늘 점심 같이 드실 분?")?;
    let lunch = demo.say("lobby", "민수", "저요! 국수 어때요? 🍜")?;
    demo.react(lunch, "🍜", &["지영", "서연"])?;
    let late = demo.say("lobby", "서연", "@민수야 좋아. 열두 시에 1층에서 봐")?;
    demo.edit(late, "서연", "@민수야 좋아. 열두 시 **반**에 1층에서 봐")?;
    demo.say("lobby", "Amélie", "I am working from home today, eat one for me!")?;
    demo.say("lobby", "민수", "👌")?;
    demo.read(late, &EVERYBODY)
}

fn picnic(demo: &mut Demo) -> Result<()> {
    demo.day(3, 4);
    demo.say("소풍", "지영", "토요일 소풍 장소, 다들 생각해 보셨어요?")?;
    let vote = demo.say("소풍", "Daniel", "I vote for Seonyudo Park. Easy by subway, and the trees are turning right now.\n\n> Line 9, exit 2, then a ten-minute walk\n\nhttps://parks.seoul.go.kr/seonyudo")?;
    demo.react(vote, "🍁", &["지영", "현우", "Amélie", "하은"])?;
    let trees = demo.show(
        "소풍",
        "현우",
        "지난주에 찍어 둔 거예요.",
        &[("선유도 은행나무.png", pictures::ginkgo()?), ("다리에서 본 저녁 강.png", pictures::river()?)],
    )?;
    demo.react(trees, "😍", &["지영", "Amélie", "하은"])?;
    demo.answer(
        vote,
        "소풍",
        "현우",
        "선유도 좋아요! 지난주에 자전거 타고 지나갔는데 은행나무가 벌써 노랗더라고요.",
    )?;
    let list = demo.say("소풍", "지영", "그럼 선유도로 해요. 챙길 것:\n\n1. 도시락은 각자\n2. 과일 — 제가\n3. 돗자리 — @민수가\n4. 차 — @Amélie")?;
    demo.pin(list, "지영")?;
    demo.react(list, "👍", &["민수", "Daniel", "Amélie", "현우", "하은"])?;
    demo.say("소풍", "Amélie", "I can bring a big blanket and my thermos: tea for six, at least.")?;
    demo.say(
        "소풍",
        "하은",
        "저는 김밥 두 줄 싸 갈게요. 하나는 참치, 하나는 채소로요.\n혹시 못 드시는 것 있으면 알려 주세요!",
    )?;
    let list = "소풍 준비물\n\n- 도시락 (각자)\n- 과일 (지영)\n- 돗자리 (민수)\n- 차 (Amélie)\n- 김밥 두 줄 (하은)\n";
    demo.show("소풍", "지영", "", &[("소풍 준비물.txt", list.as_bytes().to_vec())])?;
    demo.say("소풍", "Amélie", "No shellfish for me, otherwise everything. Thank you @하은!")?;
    demo.day(0, 5);
    demo.say("소풍", "현우", "비 소식은 없네요. 최고 17도, ~~바람 조금~~ 바람도 없어요.")?;
    let bridge = demo.say("소풍", "Daniel", "Perfect. Meet at the bridge at half past ten?")?;
    let agreed = demo.answer(bridge, "소풍", "지영", "네, 10시 30분에 선유교 앞에서 만나요.")?;
    demo.react(agreed, "🙆", &["민수", "하은", "현우"])?;
    demo.say("소풍", "하은", "단풍 보면서 걸어요! 🍂🍁🧺")?;
    demo.read(agreed, &["Daniel", "현우"])
}

fn code(demo: &mut Demo) -> Result<()> {
    demo.day(2, 2);
    let bug = demo.say("dev", "민수", "조합 중에 엔터를 치면 마지막 글자가 두 번 가던 문제, 찾았어요. `compositionend`가 `keydown`보다 먼저 오는 브라우저가 있네요.")?;
    demo.react(bug, "👀", &["Daniel", "서연"])?;
    demo.say("dev", "Daniel", "Nice catch. Something like this?\n\n```rust\nfn enter(&mut self, key: &Key) -> Meaning {\n    // Safari ends the composition before it tells of the key.\n    if key.is_composing || key.code == 229 {\n        return Meaning::FinishTheSyllable;\n    }\n    Meaning::Send\n}\n```")?;
    let table = demo.say("dev", "서연", "브라우저마다 순서를 적어 봤어요.\n\n```js\n// Chrome:  keydown(229) → compositionend → input\n// Safari:  compositionend → keydown(229)\nfield.addEventListener(\"compositionend\", finish);\n```")?;
    demo.react(table, "💯", &["민수", "Daniel"])?;
    demo.answer(table, "dev", "민수", "이대로 테스트로 옮길게요. 고마워요!")?;
    demo.day(0, 2);
    demo.say("dev", "Daniel", "Numbers from tonight, all stored with `fsync`:\n\n- 99 % of messages within **4.1 ms**\n- one core, a thousand listeners\n- memory: flat")?;
    let wow = demo.say("dev", "지영", "와, 숫자가 예쁘네요 ✨")?;
    demo.react(wow, "✨", &["서연"])
}

fn books(demo: &mut Demo) -> Result<()> {
    demo.day(2, 7);
    demo.say("책 모임", "서연", "이번 달은 120쪽까지예요. 목요일 저녁 여덟 시!")?;
    demo.say("책 모임", "Amélie", "Page 120, and I cannot stop.")?;
    let line = demo.say(
        "책 모임",
        "하은",
        "첫 문장이 계속 남아요.\n\n> 역사가 우리를 망쳐 놨지만 그래도 상관없다.",
    )?;
    demo.react(line, "😢", &["서연", "Amélie"])?;
    demo.react(line, "📖", &["지영"])?;
    demo.day(0, 4);
    demo.say("책 모임", "Amélie", "@지영 are you coming on Thursday? I will bring the madeleines.")?;
    Ok(())
}

fn between(demo: &mut Demo) -> Result<()> {
    demo.day(1, 3);
    demo.direct("민수", "민수와 지영", &["지영"])?;
    demo.say("민수와 지영", "민수", "지영 님, 토요일 선물 얘기는 여기서 해요 🤫")?;
    demo.say("민수와 지영", "지영", "좋아요! 하은 님 생일이죠? 꽃이 좋을까요, 책이 좋을까요?")?;
    demo.say("민수와 지영", "민수", "둘 다요! 책은 제가 골라 둘게요.")?;
    demo.direct("Daniel", "셋", &["지영", "서연"])?;
    demo.say(
        "셋",
        "Daniel",
        "Backup of last night is in place. Restored it on my laptop to be sure: all there.",
    )?;
    let thanks = demo.say("셋", "서연", "역시 Daniel! 고마워요.")?;
    demo.react(thanks, "🫶", &["Daniel", "지영"])?;
    demo.day(0, 1);
    demo.say("운영", "지영", "다음 주에 새로 오는 분들 초대 링크 만들어 둘게요. 기한은 이틀이면 되겠죠?")?;
    demo.say("운영", "서연", "네, 다섯 번 쓸 수 있게 해 주세요.")?;
    Ok(())
}
