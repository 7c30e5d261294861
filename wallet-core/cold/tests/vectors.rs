//! Published examples, as their sources have them: BCR-2020-007 (hdkey), the
//! tests of `@keystonehq/bc-ur-registry-eth` (which ERC-4527 names as its test
//! cases), and the multipart example of the `ur` crate, from BCR-2020-005.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use jiaozi_cold::{Answer, ColdError, Collector, DataType, Request, WatchKey, read_text, single};
use jiaozi_types::CoinType;

/// `ur-registry-eth`, "should generate eth-sign-request".
const KEYSTONE: &str = "ur:eth-sign-request/oladtpdagdndcawmgtfrkigrpmndutdnbtkgfssbjnaohdgryagalalnascsgljpnbaelfdibemwaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaelaoxlbjyihjkjyeyaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaehnaehglalalaaxadaaadahtaaddyoeadlecsdwykadykadykaewkadwkaocybgeehfksatisjnihjyhsjnhsjkjetlnndant";
/// BCR-2020-007, test vector 1: a private master key.
const MASTER: &str = "ur:crypto-hdkey/otadykaxhdclaevswfdmjpfswpwkahcywspsmndwmusoskprbbehetchsnpfcybbmwrhchspfxjeecaahdcxltfszmlyrtdlgmhfcnzcctvwcmkbpsftgonbgauefsehgrqzdmvodizmweemtlaybakiylat";
/// BCR-2020-007, test vector 2: m/44'/1'/1'/0/1 of a Bitcoin test network.
const TESTNET: &str = "ur:crypto-hdkey/onaxhdclaojlvoechgferkdpqdiabdrflawshlhdmdcemtfnlrctghchbdolvwsednvdztbgolaahdcxtottgostdkhfdahdlykkecbbweskrymwflvdylgerkloswtbrpfdbsticmwylklpahtaadehoyaoadamtaaddyoyadlecsdwykadykadykaewkadwkaycywlcscewfihbdaehn";

/// `CryptoMultiAccounts` of `@keystonehq/bc-ur-registry`, of the words "abandon … about": m/44'/0'/0',
/// m/44'/60'/0' (whose path names no wallet) and m/44'/503'/0'.
const SEVERAL: &str = "ur:crypto-multi-accounts/otadcyjksktnbkaolstaaddlonaxhdclaxktgsmebstkatzsmtlojtosmwwttlsgwenyzedyqzgrlsylvobwrkmomubakiwkryaahdcxfsoxrfcfbkdslabycaehzsuruomhhedrlbjzvdkejlbenlcfbyjldafsfxfygmcfamtaaddyotadlncsdwykaeykaeykaocyjksktnbkaxaxaycybzhpsghkasisgrihkkjkjyjljtihtaaddlonaxhdclaowdverokopdinhseeroisyalksaykctjshedprnuyjyfgrovawewftyghceglrpkgaahdcxtplfjsluknfwlaisaxwypalbjylswzamcxhscyuyloztmwfnldlgskpyptgsdecfamtaaddyoeadlncsdwykcsfnykaeykaxaxaycytedmfeayasisgrihkkjkjyjljtihtaaddlonaxhdclaxfztojzmhcxbnbyhnzewdwmdlghlahtmwoxbgosehfnfgmusavlbtayascxgrgrkeaahdcxztjkcevogdzmfdaoflidlfksisfdutqdhsihatjkcnlucaksoefphlgmuohgptssamtaaddyotadlncsdwykcfadylykaeykaocyjksktnbkaxaxaycycxrhesmwasisgrihkkjkjyjljtihaxjtgrihkkjkjyjljtihcxeocxgdjpjlwtgofehg";
/// The same with m/44'/0'/0' alone.
const OF_NO_ACCOUNT: &str = "ur:crypto-multi-accounts/otadcyjksktnbkaolytaaddlonaxhdclaxktgsmebstkatzsmtlojtosmwwttlsgwenyzedyqzgrlsylvobwrkmomubakiwkryaahdcxfsoxrfcfbkdslabycaehzsuruomhhedrlbjzvdkejlbenlcfbyjldafsfxfygmcfamtaaddyotadlncsdwykaeykaeykaocyjksktnbkaxaxaycybzhpsghkasisgrihkkjkjyjljtihaxhsksbesomkhp";

#[test]
fn a_request_of_another_wallet_is_read() {
    let messages = read_text(KEYSTONE).unwrap();
    let request = Request::read(&messages[0]).unwrap();
    assert_eq!(hex::encode(request.id), "9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d");
    assert_eq!(request.kind, DataType::LegacyTransaction);
    assert_eq!(request.chain, 1);
    assert_eq!(request.path.text(), "m/44'/1'/1'/0/1");
    assert_eq!(request.path.fingerprint, Some(0x1234_5678));
    assert_eq!(request.address, None);
    assert!(hex::encode(&request.data).starts_with("f849808609184e72a0008227109400"));
    assert_eq!(
        Answer::read(&messages[0]),
        Err(ColdError::OtherType {
            found: "eth-sign-request".to_owned()
        })
    );
    // Capitals, as QR codes have them.
    assert_eq!(read_text(&KEYSTONE.to_uppercase()), Ok(messages));
}

#[test]
fn a_private_key_is_refused_and_so_is_one_of_no_account() {
    let key = |text| WatchKey::read(&read_text(text).unwrap()[0]);
    assert_eq!(key(MASTER), Err(ColdError::PrivateKey));
    assert_eq!(key(TESTNET), Err(ColdError::NoAccountKey));
    // The message itself is read and written as the document has it.
    let message = &read_text(TESTNET).unwrap()[0];
    assert_eq!(single(message).unwrap(), TESTNET);
    assert!(hex::encode_upper(&message.bytes).starts_with("A5035821026FE2355745BB2DB3630BBC80"));
}

#[test]
fn keys_are_found_among_those_of_other_chains() {
    let key = |text| WatchKey::read(&read_text(text).unwrap()[0]);
    let keys = key(SEVERAL).unwrap();
    let coins: Vec<_> = keys.iter().map(|key| key.coin).collect();
    assert_eq!(coins, [CoinType::Ether, CoinType::Conflux]);
    assert!(keys.iter().all(|key| key.fingerprint == 0x73c5_da0a));
    assert_eq!(key(OF_NO_ACCOUNT), Err(ColdError::NoAccountKey));
    let mut cut = read_text(SEVERAL).unwrap().remove(0);
    cut.bytes.push(0);
    assert!(WatchKey::read(&cut).is_err(), "something stands behind it");
    cut.bytes.pop();
    while cut.bytes.pop().is_some() {
        let left = cut.bytes.len();
        assert!(WatchKey::read(&cut).is_err(), "cut after {left} bytes");
    }
}

#[test]
fn the_later_name_of_a_key_is_read_too() {
    let key = WatchKey::read(&read_text(SEVERAL).unwrap()[0])
        .unwrap()
        .remove(0);
    let written = key.message().unwrap();
    assert_eq!(WatchKey::read(&written), Ok(vec![key.clone()]));
    // BCR-2020-007 renamed the type and gave the tags 304 and 305 other numbers.
    let later = hex::encode(&written.bytes)
        .replace("d90130", "d99d70")
        .replace("d90131", "d99d71");
    let later = jiaozi_cold::Message {
        kind: "hdkey".to_owned(),
        bytes: hex::decode(later).unwrap(),
    };
    assert_eq!(WatchKey::read(&later), Ok(vec![key]));
}

#[test]
fn a_multipart_message_is_put_together() {
    let mut collector = Collector::default();
    collector
        .take("ur:bytes/1-20/lpadbbcsiecyvdidatkpfeghihjtcxiabdfevlms")
        .unwrap();
    assert_eq!(collector.progress(), (1, 20));
    assert_eq!(
        collector.message(),
        Err(ColdError::Incomplete {
            have: 1,
            need: 20,
            damaged: 0
        })
    );
}
