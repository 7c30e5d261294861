//! Records of a shop in a folder of their own.

use jiaozi_store::StoreKey;
use jiaozi_types::Amount;

use super::{Access, Scope, TokenInput, TokenView};
use crate::book::Book;
use crate::network::Network;
use crate::till::tests::settings;

pub(crate) struct Desk {
    pub(crate) access: Access,
    pub(crate) network: Network,
    folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let book = open(folder.path());
        let network = Network::sandbox();
        book.store().put(&[], &settings(&network)).unwrap();
        Self {
            access: Access::over(book),
            network,
            folder,
        }
    }

    /// The process is killed and comes back.
    pub(crate) fn restart(self) -> Self {
        let Self {
            access,
            network,
            folder,
        } = self;
        drop(access);
        let access = Access::over(open(folder.path()));
        Self {
            access,
            network,
            folder,
        }
    }
}

fn open(folder: &std::path::Path) -> Book {
    Book::open(folder, &StoreKey::new([7; 32])).unwrap()
}

/// A token that may do everything, but refund only with a cap.
pub(crate) fn token(access: &Access, refund_cap: Option<&str>) -> TokenView {
    access.add_token(input(refund_cap), 1).unwrap().view
}

fn input(refund_cap: Option<&str>) -> TokenInput {
    let mut scopes = Scope::ALL.to_vec();
    scopes.retain(|scope| *scope != Scope::RefundsWrite || refund_cap.is_some());
    TokenInput {
        name: "web shop".to_owned(),
        scopes,
        refund_cap: refund_cap.map(str::to_owned),
    }
}

#[test]
fn a_token_is_kept_as_a_hash_and_opens_until_it_is_removed() {
    let desk = Desk::new();
    let made = desk.access.add_token(input(Some("5")), 1).unwrap();
    let caller = desk.access.caller(&made.token).unwrap().unwrap();
    assert_eq!(caller.name, "web shop");
    assert!(caller.may(Scope::RefundsWrite));
    let cap = made.view.refund_cap.clone().unwrap();
    assert_eq!(
        cap.plain,
        Amount::parse("5", desk.network.main_asset())
            .unwrap()
            .to_plain_string()
    );

    let mut wrong = made.token.to_string();
    let last = if wrong.pop() == Some('0') { '1' } else { '0' };
    wrong.push(last);
    for wrong in [
        wrong.as_str(),
        "",
        "jzt_",
        "jzt__",
        &made.token[..20],
        "Bearer",
        "jzt_é_é",
    ] {
        assert!(desk.access.caller(wrong).unwrap().is_none(), "{wrong}");
    }
    // Restarted: what is on the disk suffices, and is not the token.
    let token = made.token;
    let desk = desk.restart();
    assert!(desk.access.caller(&token).unwrap().is_some());
    let records = desk.access.token_records_text();
    assert!(!records.contains(&token[20..]));
    let id = desk.access.tokens().unwrap()[0].id.clone();
    desk.access.remove_token(&id).unwrap();
    assert!(desk.access.caller(&token).unwrap().is_none());
    let gone = desk.access.remove_token(&id).unwrap_err();
    assert_eq!(gone.code().as_str(), "till_token_unknown");
}

#[test]
fn a_token_that_refunds_has_a_sum_a_day_and_no_other_has() {
    let desk = Desk::new();
    let with = |scopes: &[Scope], cap: Option<&str>| {
        let input = TokenInput {
            name: "x".to_owned(),
            scopes: scopes.to_vec(),
            refund_cap: cap.map(str::to_owned),
        };
        desk.access.add_token(input, 1).map(|made| made.view)
    };
    assert!(with(&[Scope::RefundsWrite], None).is_err());
    assert!(with(&[Scope::ChargesRead], Some("1")).is_err());
    assert!(with(&[], None).is_err());
    assert!(with(&[Scope::RefundsWrite], Some("1.001")).is_err());
    assert!(with(&[Scope::RefundsWrite], Some("1")).is_ok());
    assert!(with(&[Scope::ChargesRead, Scope::ChargesRead], None).is_ok());
}

impl Access {
    fn token_records_text(&self) -> String {
        format!(
            "{:?}",
            self.book.all::<super::records::TokenRecord>().unwrap()
        )
    }
}
