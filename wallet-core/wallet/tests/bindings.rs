//! The TypeScript bindings in `ui/src/bindings/` are the ones that the Rust
//! types give. After a change of `api/`, write them with
//! `JIAOZI_WRITE_BINDINGS=1 cargo test -p jiaozi-wallet --test bindings`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop where it fails

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiaozi_types::agent::{Backup, Language, RemovalProof, Sealing, Theme, WordLanguage};
use jiaozi_wallet::api::till::{
    ChargeInput, ChargePage, ChargeQuery, ChargeView, ItemInput, PrintedView, ReceiptLayout,
    RefundInput, RefundView, ReportView, StaffInput, SweepView, TillEvent, TillInput, TillView,
};
use jiaozi_wallet::api::{
    AccountSearch, AccountView, ActivityPage, ActivityQuery, AppState, BackupReport, BackupView,
    ColdForm, ColdFrames, ColdRequestView, ContactView, ErrorView, HistoryView, KeyringView,
    NetworkCheck, NetworkInput, NetworkPreset, NetworkView, Overview, PaymentView, PolicyInput,
    ProposalView, ProposeInput, ReceiveInput, ReceiveView, Region, ReplacementView, RequestView,
    WalletEvent, WatchView,
};
use ts_rs::{Config, TS};

/// Writes every type that crosses to the web UI, and all that they are made of.
fn write_all(folder: &Path) {
    let config = Config::new().with_out_dir(folder);
    macro_rules! write {
        ($($name:ty),* $(,)?) => { $(<$name>::export_all(&config).expect(stringify!($name));)* };
    }
    write!(
        AccountSearch,
        AccountView,
        ActivityPage,
        ActivityQuery,
        AppState,
        Backup,
        BackupReport,
        BackupView,
        ColdForm,
        ColdFrames,
        ColdRequestView,
        ContactView,
        ErrorView,
        HistoryView,
        KeyringView,
        Language,
        NetworkCheck,
        NetworkInput,
        NetworkPreset,
        NetworkView,
        Overview,
        PaymentView,
        PolicyInput,
        ProposalView,
        ProposeInput,
        ReceiveInput,
        ReceiveView,
        Region,
        RemovalProof,
        ReplacementView,
        RequestView,
        Sealing,
        Theme,
        WalletEvent,
        WatchView,
        WordLanguage,
    );
    // The till.
    write!(
        ChargeInput,
        ChargePage,
        ChargeQuery,
        ChargeView,
        ItemInput,
        PrintedView,
        ReceiptLayout,
        RefundInput,
        RefundView,
        ReportView,
        StaffInput,
        SweepView,
        TillEvent,
        TillInput,
        TillView,
    );
}

/// Name and content of the files in a folder. Its sub-folders are the shells' own.
fn files(folder: &Path) -> BTreeMap<String, String> {
    std::fs::read_dir(folder)
        .expect("the folder of bindings")
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn the_committed_bindings_are_those_of_the_types() {
    let committed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/bindings");
    if std::env::var_os("JIAOZI_WRITE_BINDINGS").is_some() {
        for name in files(&committed).keys() {
            std::fs::remove_file(committed.join(name)).unwrap();
        }
        write_all(&committed);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    write_all(folder.path());
    let (fresh, committed) = (files(folder.path()), files(&committed));
    for (name, text) in &fresh {
        assert_eq!(
            committed.get(name),
            Some(text),
            "{name} is stale: run with JIAOZI_WRITE_BINDINGS=1"
        );
    }
    let stale: Vec<_> = committed
        .keys()
        .filter(|name| !fresh.contains_key(*name))
        .collect();
    assert!(stale.is_empty(), "no type gives these: {stale:?}");
}
