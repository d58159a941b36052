//! What only those read who keep order.

mod en;
mod ko;

use maru_shared::{
    Name, RoomId, Timestamp,
    api::{AuditEntry, AuditedRoom},
};

use crate::{
    annex::texts::Doing,
    texts::{Language, Speech, Spoken, use_speech},
};

/// What only those read who keep order.
pub fn use_admin_texts() -> Spoken<AdminTexts> {
    use_speech()
}

impl Speech for AdminTexts {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::Korean => &ko::TEXTS,
            Language::English => &en::TEXTS,
        }
    }
}

/// How an instant reads.
pub type When<'a> = &'a dyn Fn(Timestamp) -> String;

/// What only those read who keep order, in one language.
#[derive(Debug)]
pub struct AdminTexts {
    pub doing: &'static Doing,

    pub sections: &'static str,
    pub members: &'static str,
    pub invitations: &'static str,
    pub rooms: &'static str,
    pub audit: &'static str,
    pub policy: &'static str,
    pub nothing_here: &'static str,
    pub again: &'static str,

    pub search_members: &'static str,
    pub nobody: &'static str,
    pub more_members: &'static str,
    pub oneself: &'static str,
    pub muted: &'static str,
    pub muted_until: fn(&str) -> String,
    pub banned: &'static str,
    pub change_role: &'static str,
    pub role_label: &'static str,
    pub role_changed: &'static str,
    pub guest_hint: &'static str,
    pub reason: &'static str,
    pub reason_hint: &'static str,
    pub mute_for: &'static str,
    pub minutes: fn(u32) -> String,
    pub unmuted: &'static str,
    pub ban_question: fn(&str) -> String,
    pub ban_addresses: &'static str,
    pub ban_addresses_hint: &'static str,
    pub unbanned: &'static str,
    pub password: &'static str,
    pub password_hint: &'static str,
    pub make_password_link: &'static str,
    pub good_until: fn(&str) -> String,
    pub sessions: &'static str,
    pub no_sessions: &'static str,
    pub end_sessions: &'static str,
    pub end_sessions_question: fn(&str) -> String,
    pub sessions_ended: &'static str,

    pub lobby: &'static str,
    pub public_only: &'static str,
    pub members_of: fn(u64) -> String,
    pub archived: &'static str,
    pub join: &'static str,
    pub join_first: &'static str,
    pub rename: &'static str,
    pub renamed: &'static str,
    pub archive_hint: &'static str,
    pub was_archived: &'static str,
    pub was_restored: &'static str,
    pub delete_question: fn(&str) -> String,

    pub nothing_done: &'static str,
    pub older: &'static str,
    /// What was done, as a sentence.
    pub deed: fn(&AuditEntry, When<'_>) -> String,

    pub who_comes_in: &'static str,
    pub open: &'static str,
    pub open_hint: &'static str,
    pub by_invitation: &'static str,
    pub by_invitation_hint: &'static str,
    pub open_warning: &'static str,
    pub members_invite: &'static str,
    pub members_invite_hint: &'static str,
    pub saved: &'static str,
}

/// What a room is called in the log; nothing when that is not told.
fn room<'a>(AuditedRoom { id, name }: &'a AuditedRoom, lobby: &'a str) -> Option<&'a str> {
    if *id == Some(RoomId::LOBBY) { Some(lobby) } else { name.as_ref().map(Name::as_str) }
}

#[cfg(test)]
mod tests {
    use maru_shared::{
        Member, MemberId, Note, Role, Seq,
        api::{Deed, Policy, Settings},
    };

    use super::*;

    fn every_deed() -> Vec<Deed> {
        let member =
            Member { id: MemberId::from_random_bytes([7; 16]), name: Name::parse("민수").unwrap() };
        let room = AuditedRoom { id: None, name: Some(Name::parse("산책").unwrap()) };
        let reason = Note::parse("도배").unwrap();
        let until = Timestamp(1_790_000_600_000);
        vec![
            Deed::RoleSet { member: member.clone(), role: Role::Admin },
            Deed::Muted { member: member.clone(), until, reason: reason.clone() },
            Deed::Unmuted { member: member.clone() },
            Deed::Banned { member: member.clone(), reason: reason.clone(), addresses: 2 },
            Deed::Unbanned { member: member.clone() },
            Deed::Kicked { member: member.clone(), room: room.clone(), reason: reason.clone() },
            Deed::MessageDeleted {
                member: member.clone(),
                room: room.clone(),
                message: Seq(3),
                reason: reason.clone(),
            },
            Deed::RoomArchived { room: room.clone() },
            Deed::RoomRestored { room: room.clone() },
            Deed::RoomDeleted { room },
            Deed::Invited { role: Role::Moderator, uses: 5 },
            Deed::InvitationRevoked,
            Deed::PasswordLinkMade { member: member.clone() },
            Deed::SessionsEnded { member: member.clone() },
            Deed::NameChanged { member, name: Name::parse("수아").unwrap() },
            Deed::SettingsChanged(Settings { policy: Policy::Open, members_invite: true }),
            Deed::SettingsChanged(Settings { policy: Policy::Invite, members_invite: false }),
        ]
    }

    fn told(language: Language, by: Option<&str>, deed: Deed) -> String {
        let by = by.map(|by| Name::parse(by).unwrap());
        let entry = AuditEntry { number: 1, at: Timestamp(0), by, deed };
        (AdminTexts::of(language).deed)(&entry, &|at| format!("<{}>", at.0))
    }

    #[test]
    fn each_deed_tells_who_did_what_to_whom_and_why_and_no_two_read_the_same() {
        for language in [Language::Korean, Language::English] {
            let sentences: Vec<String> =
                every_deed().into_iter().map(|deed| told(language, Some("지영"), deed)).collect();
            for (deed, sentence) in every_deed().into_iter().zip(&sentences) {
                assert!(sentence.contains("지영"), "{sentence}");
                let written = serde_json::to_string(&deed).unwrap();
                for (word, said) in [
                    ("민수", "민수"),
                    ("산책", "산책"),
                    ("도배", "도배"),
                    ("1790000600000", "<1790000600000>"),
                ] {
                    assert_eq!(sentence.contains(said), written.contains(word), "{word}: {sentence}");
                }
            }
            let mut apart = sentences.clone();
            apart.sort();
            apart.dedup();
            assert_eq!(apart.len(), sentences.len(), "{sentences:#?}");
        }
    }

    #[test]
    fn what_has_no_reason_and_what_nobody_did_and_what_is_not_told_reads_well() {
        let member = Member { id: MemberId::from_random_bytes([7; 16]), name: Name::parse("Minsu").unwrap() };
        let room = AuditedRoom { id: None, name: None };
        let kicked = Deed::Kicked { member, room, reason: Note::default() };
        assert_eq!(
            told(Language::English, None, kicked.clone()),
            "The server’s operator removed Minsu from a private room"
        );
        assert_eq!(
            told(Language::Korean, None, kicked),
            "서버를 맡은 이가 Minsu 님을 비공개 방에서 내보냈어요"
        );
        let room = AuditedRoom { id: Some(RoomId::LOBBY), name: Some(Name::parse("lobby").unwrap()) };
        let lobby = Deed::RoomArchived { room };
        assert_eq!(told(Language::English, Some("Ada"), lobby.clone()), "Ada archived the room “Lobby”");
        assert_eq!(told(Language::Korean, Some("Ada"), lobby), "Ada 님이 ‘로비’ 방을 보관했어요");
    }

    #[test]
    fn times_for_a_mute_are_in_words() {
        let said = |language: Language| {
            [10, 60, 1_440, 10_080].map(|minutes| (AdminTexts::of(language).minutes)(minutes))
        };
        assert_eq!(said(Language::English), ["10 minutes", "1 hour", "1 day", "7 days"]);
        assert_eq!(said(Language::Korean), ["10분", "1시간", "1일", "7일"]);
    }
}
