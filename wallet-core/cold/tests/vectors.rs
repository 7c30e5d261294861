//! Published examples, as their sources have them: BCR-2020-007 (hdkey), the
//! tests of `@keystonehq/bc-ur-registry-eth` (which ERC-4527 names as its test
//! cases), and the multipart example of the `ur` crate, from BCR-2020-005.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use jiaozi_cold::{Answer, ColdError, Collector, DataType, Request, WatchKey, read_text, single};

/// `ur-registry-eth`, "should generate eth-sign-request".
const KEYSTONE: &str = "ur:eth-sign-request/oladtpdagdndcawmgtfrkigrpmndutdnbtkgfssbjnaohdgryagalalnascsgljpnbaelfdibemwaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaelaoxlbjyihjkjyeyaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaeaehnaehglalalaaxadaaadahtaaddyoeadlecsdwykadykadykaewkadwkaocybgeehfksatisjnihjyhsjnhsjkjetlnndant";
/// BCR-2020-007, test vector 1: a private master key.
const MASTER: &str = "ur:crypto-hdkey/otadykaxhdclaevswfdmjpfswpwkahcywspsmndwmusoskprbbehetchsnpfcybbmwrhchspfxjeecaahdcxltfszmlyrtdlgmhfcnzcctvwcmkbpsftgonbgauefsehgrqzdmvodizmweemtlaybakiylat";
/// BCR-2020-007, test vector 2: m/44'/1'/1'/0/1 of a Bitcoin test network.
const TESTNET: &str = "ur:crypto-hdkey/onaxhdclaojlvoechgferkdpqdiabdrflawshlhdmdcemtfnlrctghchbdolvwsednvdztbgolaahdcxtottgostdkhfdahdlykkecbbweskrymwflvdylgerkloswtbrpfdbsticmwylklpahtaadehoyaoadamtaaddyoyadlecsdwykadykadykaewkadwkaycywlcscewfihbdaehn";

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
