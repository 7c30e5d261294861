//! The few words that the shell itself shows: the windows' titles, the tray's
//! menu and file dialogues. Everything else is the web UI's.

use jiaozi_types::agent::Language;

/// Words of the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    pub title: &'static str,
    pub open: &'static str,
    pub pay: &'static str,
    pub receive: &'static str,
    pub lock: &'static str,
    pub quit: &'static str,
    pub pictures: &'static str,
    pub codes: &'static str,
    pub all_files: &'static str,
    pub customer: &'static str,
}

const ENGLISH: Words = Words {
    title: "Jiaozi",
    open: "Open Jiaozi",
    pay: "Pay",
    receive: "Receive",
    lock: "Lock",
    quit: "Quit",
    pictures: "Pictures",
    codes: "Pictures and text",
    all_files: "All files",
    customer: "Customer display",
};

const CHINESE: Words = Words {
    title: "交子",
    open: "打开交子",
    pay: "付款",
    receive: "收款",
    lock: "锁定",
    quit: "退出",
    pictures: "图片",
    codes: "图片和文本",
    all_files: "所有文件",
    customer: "顾客屏",
};

/// The words in a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::SimplifiedChinese => &CHINESE,
    }
}
