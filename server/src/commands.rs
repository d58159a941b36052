//! What the command line asks of the server that runs on the data directory.

use std::io::{Stdout, Write, stdout};

use clap::{Subcommand, ValueEnum};
use hyper::Method;
use maru_server::operator::client::{Operator, query};
use maru_shared::{
    InvitationId, Person, Role, Room, RoomKind, Seq, Timestamp,
    api::{
        AuditEntry, AuditedRoom, Deed, Invitation, MadeInvitation, MadeLink, NewBan, NewInvitation, NewMute,
        NewName, NewRole, NewTopic, Policy, Session, Settings,
    },
    room::RoomSummary,
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// What is asked of the server that runs on the data directory, by who may read that directory
#[derive(Subcommand)]
pub enum Command {
    /// Make a link by which people come in
    Invite {
        /// What they will be
        #[arg(long, value_name = "ROLE", value_enum, default_value = "member")]
        role: InvitedRole,
        /// For how many hours it is good
        #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=8_760), default_value_t = 168)]
        hours: u32,
        /// How many may come in by it
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000), default_value_t = 1)]
        uses: u32,
    },
    /// See the invitations that are good, and take them back
    #[command(subcommand)]
    Invitation(InvitationCommand),
    /// See who is in this Maru, help them, and keep order among them
    #[command(subcommand)]
    Member(MemberCommand),
    /// See the rooms, and keep them in order
    #[command(subcommand)]
    Room(RoomCommand),
    /// See what was done to keep order, the newest first
    Audit {
        /// How many entries
        #[arg(long, value_name = "N", default_value_t = 50)]
        last: usize,
    },
    /// See or say who is let in, and who may invite, from now on
    Policy {
        /// Who is let in
        #[arg(long, value_name = "POLICY", value_enum)]
        access: Option<Access>,
        /// Whether every member may invite
        #[arg(long, value_name = "YES_OR_NO", value_parser = yes_or_no)]
        members_invite: Option<bool>,
    },
}

/// What is done with invitations
#[derive(Subcommand)]
pub enum InvitationCommand {
    /// List them
    List,
    /// Take one back
    Revoke {
        /// Which, as the list names it
        #[arg(value_name = "ID")]
        invitation: InvitationId,
    },
}

/// What is done with members
#[derive(Subcommand)]
pub enum MemberCommand {
    /// List them
    List,
    /// Make a link by which a member sets another password, once, within a day
    Reset {
        /// Whose
        name: String,
    },
    /// Give a member with an account another role
    Role {
        /// Whom
        name: String,
        /// Which
        #[arg(value_enum)]
        role: GivenRole,
    },
    /// Keep somebody from posting for a while
    Mute {
        /// Whom
        name: String,
        /// For how many minutes
        #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=525_600), default_value_t = 60)]
        minutes: u32,
        /// Why; kept in the audit log
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Let somebody post again
    Unmute {
        /// Whom
        name: String,
    },
    /// Keep somebody out: all their sessions end
    Ban {
        /// Whom
        name: String,
        /// Why; kept in the audit log
        #[arg(long, default_value = "")]
        reason: String,
        /// Let nobody new in from their addresses either
        #[arg(long)]
        addresses: bool,
    },
    /// Let somebody in again
    Unban {
        /// Whom
        name: String,
    },
    /// List where somebody is signed in
    Sessions {
        /// Who
        name: String,
    },
    /// End all of somebody's sessions
    SignOut {
        /// Whose
        name: String,
    },
}

/// What is done with rooms
#[derive(Subcommand)]
pub enum RoomCommand {
    /// List those that have a name
    List,
    /// Give one another name
    Rename {
        /// Which: its name or its id
        room: String,
        /// What it is to be called
        name: String,
    },
    /// Say what one is about
    Topic {
        /// Which: its name or its id
        room: String,
        /// What it is about
        topic: String,
    },
    /// Make one that is only read
    Archive {
        /// Which: its name or its id
        room: String,
    },
    /// Make an archived one that is written again
    Restore {
        /// Which: its name or its id
        room: String,
    },
    /// Delete one, with all that is in it, for ever
    Delete {
        /// Which: its name or its id
        room: String,
    },
}

/// A role that an invitation gives
#[derive(Clone, Copy, ValueEnum)]
pub enum InvitedRole {
    Member,
    Moderator,
    Admin,
}

/// A role that somebody with an account can have
#[derive(Clone, Copy, ValueEnum)]
pub enum GivenRole {
    Member,
    Moderator,
    Admin,
    Owner,
}

/// Who is let in
#[derive(Clone, Copy, ValueEnum)]
pub enum Access {
    Open,
    Invite,
}

impl Command {
    /// Asks the server, and prints what it says.
    ///
    /// # Errors
    /// When no server answers, or it refuses.
    pub async fn run(self, operator: &Operator<'_>) -> anyhow::Result<()> {
        let mut out = stdout();
        match self {
            Self::Invite { role, hours, uses } => {
                let invitation = NewInvitation { role: role.into(), hours, uses };
                let made: MadeInvitation = operator.make("/invitations", &invitation).await?;
                writeln!(out, "{}", operator.link(&made.secret).await?)?;
            }
            Self::Invitation(command) => command.run(operator, &mut out).await?,
            Self::Member(command) => command.run(operator, &mut out).await?,
            Self::Room(command) => command.run(operator, &mut out).await?,
            Self::Audit { last } => audit(operator, last, &mut out).await?,
            Self::Policy { access, members_invite } => {
                let now: Settings = operator.get("/settings").await?;
                let settings = Settings {
                    policy: access.map_or(now.policy, Policy::from),
                    members_invite: members_invite.unwrap_or(now.members_invite),
                };
                if settings != now {
                    operator.done(Method::PUT, "/settings", &settings).await?;
                }
                writeln!(out, "{}", of_settings(&settings))?;
            }
        }
        Ok(())
    }
}

impl InvitationCommand {
    async fn run(self, operator: &Operator<'_>, out: &mut Stdout) -> anyhow::Result<()> {
        match self {
            Self::List => {
                let invitations: Vec<Invitation> = operator.get("/invitations").await?;
                for Invitation { id, by, role, uses_left, expires_at, .. } in invitations {
                    let (by, until) = (by_whom(by.as_ref()), date(expires_at));
                    writeln!(out, "{id}  {role:?}, {uses_left} left, until {until}, by {by}")?;
                }
            }
            Self::Revoke { invitation } => {
                operator.done(Method::DELETE, &format!("/invitations/{invitation}"), &()).await?;
            }
        }
        Ok(())
    }
}

impl MemberCommand {
    async fn run(self, operator: &Operator<'_>, out: &mut Stdout) -> anyhow::Result<()> {
        match self {
            Self::List => return list_members(operator, out).await,
            Self::Reset { name } => {
                let path = path(operator, &name, "reset").await?;
                let made: MadeLink = operator.make(&path, &()).await?;
                writeln!(out, "{}", operator.link(&made.secret).await?)?;
            }
            Self::Role { name, role } => {
                let path = path(operator, &name, "role").await?;
                operator.done(Method::PUT, &path, &NewRole { role: role.into() }).await?;
            }
            Self::Mute { name, minutes, reason } => {
                let path = path(operator, &name, "mute").await?;
                operator.done(Method::PUT, &path, &NewMute { minutes, reason }).await?;
            }
            Self::Unmute { name } => {
                operator.done(Method::DELETE, &path(operator, &name, "mute").await?, &()).await?;
            }
            Self::Ban { name, reason, addresses } => {
                let path = path(operator, &name, "ban").await?;
                operator.done(Method::PUT, &path, &NewBan { reason, addresses }).await?;
            }
            Self::Unban { name } => {
                operator.done(Method::DELETE, &path(operator, &name, "ban").await?, &()).await?;
            }
            Self::Sessions { name } => {
                let sessions: Vec<Session> = operator.get(&path(operator, &name, "sessions").await?).await?;
                for Session { device, used_at, address, .. } in sessions {
                    let used_at = date(used_at);
                    writeln!(out, "last used {used_at}, from {address}: {}", device.escape_debug())?;
                }
            }
            Self::SignOut { name } => {
                operator.done(Method::DELETE, &path(operator, &name, "sessions").await?, &()).await?;
            }
        }
        Ok(())
    }
}

impl RoomCommand {
    async fn run(self, operator: &Operator<'_>, out: &mut Stdout) -> anyhow::Result<()> {
        let (method, room, what) = match &self {
            Self::List => return list_rooms(operator, out).await,
            Self::Rename { room, name } => {
                let path = format!("/rooms/{}/name", operator.room(room).await?.id);
                let name = NewName { name: name.clone() };
                return Ok(operator.done(Method::PUT, &path, &name).await?);
            }
            Self::Topic { room, topic } => {
                let path = format!("/rooms/{}/topic", operator.room(room).await?.id);
                let topic = NewTopic { topic: topic.clone() };
                return Ok(operator.done(Method::PUT, &path, &topic).await?);
            }
            Self::Archive { room } => (Method::PUT, room, "/archive"),
            Self::Restore { room } => (Method::DELETE, room, "/archive"),
            Self::Delete { room } => (Method::DELETE, room, ""),
        };
        let path = format!("/rooms/{}{what}", operator.room(room).await?.id);
        Ok(operator.done(method, &path, &()).await?)
    }
}

impl From<InvitedRole> for Role {
    fn from(role: InvitedRole) -> Self {
        match role {
            InvitedRole::Member => Self::Member,
            InvitedRole::Moderator => Self::Moderator,
            InvitedRole::Admin => Self::Admin,
        }
    }
}

impl From<GivenRole> for Role {
    fn from(role: GivenRole) -> Self {
        match role {
            GivenRole::Member => Self::Member,
            GivenRole::Moderator => Self::Moderator,
            GivenRole::Admin => Self::Admin,
            GivenRole::Owner => Self::Owner,
        }
    }
}

impl From<Access> for Policy {
    fn from(access: Access) -> Self {
        match access {
            Access::Open => Self::Open,
            Access::Invite => Self::Invite,
        }
    }
}

/// The path of something of the member of this name.
async fn path(operator: &Operator<'_>, name: &str, what: &str) -> anyhow::Result<String> {
    Ok(format!("/members/{}/{what}", operator.member(name).await?.member.id))
}

async fn list_members(operator: &Operator<'_>, out: &mut Stdout) -> anyhow::Result<()> {
    let mut after = String::new();
    loop {
        let people: Vec<Person> = operator.get(&format!("/members{after}")).await?;
        let Some(last) = people.last() else { return Ok(()) };
        after = format!("?{}", query("after", last.member.name.as_str()));
        for Person { member, role, muted_until, banned, .. } in people {
            let muted =
                muted_until.map_or_else(String::new, |until| format!(", muted until {}", date(until)));
            let banned = if banned { ", banned" } else { "" };
            writeln!(out, "{}  {role:?}{muted}{banned}", member.name)?;
        }
    }
}

async fn list_rooms(operator: &Operator<'_>, out: &mut Stdout) -> anyhow::Result<()> {
    let rooms: Vec<RoomSummary> = operator.get("/rooms").await?;
    for RoomSummary { room: Room { id, kind, archived, .. }, members, head: Seq(head), .. } in rooms {
        let (kind, title) = match kind {
            RoomKind::Public(title) => ("public", title),
            RoomKind::Private(title) => ("private", title),
            RoomKind::Direct(_) => continue,
        };
        let archived = if archived { ", archived" } else { "" };
        writeln!(out, "{id}  {}  {kind}, {members} members, {head} events{archived}", title.name)?;
    }
    Ok(())
}

async fn audit(operator: &Operator<'_>, last: usize, out: &mut Stdout) -> anyhow::Result<()> {
    let (mut before, mut left) = (String::new(), last);
    while left > 0 {
        let entries: Vec<AuditEntry> = operator.get(&format!("/audit{before}")).await?;
        let Some(oldest) = entries.last() else { break };
        before = format!("?before={}", oldest.number);
        for AuditEntry { at, by, deed, .. } in entries.into_iter().take(left) {
            left -= 1;
            writeln!(out, "{}  {}: {}", date(at), by_whom(by.as_ref()), of_deed(&deed))?;
        }
    }
    Ok(())
}

fn of_deed(deed: &Deed) -> String {
    match deed {
        Deed::RoleSet { member, role } => format!("made {} {role:?}", member.name),
        Deed::Muted { member, until, reason } => {
            format!("muted {} until {} ({})", member.name, date(*until), reason.as_str())
        }
        Deed::Unmuted { member } => format!("let {} post again", member.name),
        Deed::Banned { member, reason, addresses } => {
            format!("banned {} and {addresses} addresses ({})", member.name, reason.as_str())
        }
        Deed::Unbanned { member } => format!("let {} in again", member.name),
        Deed::Kicked { member, room, reason } => {
            format!("took {} out of {} ({})", member.name, of_room(room), reason.as_str())
        }
        Deed::MessageDeleted { member, room, message, reason } => {
            format!("deleted message {message} of {} in {} ({})", member.name, of_room(room), reason.as_str())
        }
        Deed::RoomArchived { room } => format!("archived {}", of_room(room)),
        Deed::RoomRestored { room } => format!("restored {}", of_room(room)),
        Deed::RoomDeleted { room } => format!("deleted {}", of_room(room)),
        Deed::Invited { role, uses } => format!("invited {uses} as {role:?}"),
        Deed::InvitationRevoked => "revoked an invitation".to_owned(),
        Deed::PasswordLinkMade { member } => format!("made a link for the password of {}", member.name),
        Deed::SessionsEnded { member } => format!("ended the sessions of {}", member.name),
        Deed::NameChanged { member, name } => format!("was called {} and is {name} since", member.name),
        Deed::SettingsChanged(settings) => of_settings(settings),
    }
}

fn of_settings(Settings { policy, members_invite }: &Settings) -> String {
    let policy = match policy {
        Policy::Open => "whoever reaches the address may come in as a guest",
        Policy::Invite => "who has an account or an invitation may come in",
    };
    let invite = if *members_invite { "every member may invite" } else { "admins and owners invite" };
    format!("{policy}; {invite}")
}

fn of_room(AuditedRoom { name, .. }: &AuditedRoom) -> String {
    name.as_ref().map_or_else(|| "a private room".to_owned(), ToString::to_string)
}

fn by_whom(name: Option<&maru_shared::Name>) -> String {
    name.map_or_else(|| "the operator".to_owned(), ToString::to_string)
}

fn date(Timestamp(at): Timestamp) -> String {
    let date = OffsetDateTime::from_unix_timestamp(at.div_euclid(1_000)).ok();
    date.and_then(|date| date.format(&Rfc3339).ok()).unwrap_or_default()
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("yes or no".to_owned()),
    }
}
