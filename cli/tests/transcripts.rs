//! What people see, kept word for word in `tests/cmd/`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[test]
fn transcripts() {
    let home = tempfile::tempdir().unwrap();
    let home_path = home.path().to_str().unwrap().to_owned();
    let cases = trycmd::TestCases::new();
    cases
        .env("HOME", &home_path)
        .env("JIAOZI_PROFILE", format!("{home_path}/profile"))
        .env("JIAOZI_SANDBOX", format!("{home_path}/sandbox"))
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "100")
        .insert_var("[PROFILE]", format!("{home_path}/profile"))
        .unwrap();
    cases
        .insert_var("[VERSION]", env!("CARGO_PKG_VERSION"))
        .unwrap();
    cases.case("tests/cmd/*.trycmd");
    cases.run();
}
