//! English.

use super::AnnexTexts;
use crate::texts::en::COMMON;

/// English.
pub static TEXTS: AnnexTexts = AnnexTexts {
    common: &COMMON,

    current_password: "Password until now",
    language: "Language",
    by_browser: "By browser",
    appearance: "Appearance",
    system: "System",
    light: "Light",
    dark: "Dark",
    sign_out: "Sign out",
    sign_out_question: "Sign out?",
    sign_out_warning: |name| {
        format!("You are a guest: nobody, not even you, can come back as “{name}”. Your messages stay.")
    },
    sign_out_member: "You can come back at any time with your name and password.",
    become_member: "Become a member",
    why_password: "With a password you can come in under the same name on your other devices.",
    change_password: "Change password",
    password_is_set: "The password is set. Your other devices are signed out.",
    sessions: "Signed-in devices",
    this_session: "This device",
    end_session: "Sign out",
    end_other_sessions: "Sign out all others",
    invitations: "Invitations",
    invitation_hint: |uses, days| format!("One link lets in up to {uses} people, for {days} days."),
    make_invitation: "Make an invitation link",
    link_to_share: "Invitation link",
    copy: "Copy",
    copied: "Copied",
    invitation: |by, role| match by {
        Some(by) => format!("From {by} · {role}"),
        None => format!("From the server · {role}"),
    },
    invitation_left: |uses, until| format!("{uses} left · until {until}"),
    revoke: "Take back",
};
