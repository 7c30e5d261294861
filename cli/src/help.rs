//! Help and usage errors in the language of the run. English help is that of
//! `options.rs`; other languages replace it from `messages/help.*.json`.

use std::collections::BTreeMap;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};
use jiaozi_types::agent::Language;

use crate::exit::Exit;
use crate::failure::{Failure, OwnCode, own};
use crate::messages::Messages;
use crate::options::CommandLine;

/// What the exit codes mean, in their order.
const EXITS: [&str; 13] = [
    "exit_success",
    "exit_internal",
    "exit_usage",
    "exit_bad_input",
    "exit_not_enough",
    "exit_declined",
    "exit_no_wallet",
    "exit_node",
    "exit_storage",
    "exit_payment_failed",
    "exit_still_waiting",
    "exit_not_known",
    "exit_printer",
];

/// The command line, with its help in the language of `messages`.
pub fn command(messages: &Messages) -> Command {
    let mut codes = vec![messages.text("exit_codes").to_owned()];
    for (exit, key) in Exit::ALL.into_iter().zip(EXITS) {
        codes.push(format!("  {:>2}  {}", exit.number(), messages.text(key)));
    }
    let example = messages.text("network_file_example").to_owned();
    let command = CommandLine::command()
        .after_help(codes.join("\n"))
        .mut_subcommand("network", |network| {
            network.mut_subcommand("add", |add| add.after_long_help(example))
        });
    match messages.language() {
        Language::English => command,
        Language::SimplifiedChinese => in_chinese(command),
    }
}

fn in_chinese(command: Command) -> Command {
    // Compiled in, and read by a test.
    let texts: BTreeMap<String, String> =
        serde_json::from_str(include_str!("../messages/help.zh-CN.json")).unwrap_or_default();
    let text = |key: &str| texts.get(key).cloned().unwrap_or_default();
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help_heading("通用选项")
        .global(true)
        .help(text("jiaozi help"));
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
        .help_heading("通用选项")
        .global(true)
        .help(text("jiaozi version"));
    translated(command, "jiaozi", &texts)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help)
        .arg(version)
}

/// The command and all below it, with texts by `path` and argument.
fn translated(command: Command, path: &str, texts: &BTreeMap<String, String>) -> Command {
    let text = |key: &str| texts.get(key).cloned().unwrap_or_default();
    let below: Vec<String> = command
        .get_subcommands()
        .map(|below| below.get_name().to_owned())
        .collect();
    let mut command = command
        .about(text(path))
        .help_template("{about}\n\n用法：{usage}\n\n{all-args}{after-help}")
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .mut_args(|arg| {
            let help = text(&format!("{path} {}", arg.get_id()));
            in_chinese_words(arg, help)
        });
    for name in below {
        command = command.mut_subcommand(&name, |below| {
            translated(below, &format!("{path} {name}"), texts)
        });
    }
    command
}

/// Values and defaults are named by clap in English: said here instead.
fn in_chinese_words(arg: Arg, mut help: String) -> Arg {
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    let takes_values = arg.get_action().takes_values();
    if takes_values && !values.is_empty() {
        help.push_str(&format!("［可选：{}］", values.join("、")));
    }
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .filter_map(|value| value.to_str().filter(|value| !value.is_empty()))
        .collect();
    if takes_values && !defaults.is_empty() {
        help.push_str(&format!("［默认：{}］", defaults.join("、")));
    }
    if let Some(variable) = arg.get_env().and_then(|name| name.to_str()) {
        help.push_str(&format!("［环境变量：{variable}］"));
    }
    let heading = match (arg.is_positional(), arg.is_global_set()) {
        (true, _) => "参数",
        (false, true) => "通用选项",
        (false, false) => "选项",
    };
    arg.help(StyledStr::from(help))
        .hide_possible_values(takes_values)
        .hide_default_value(takes_values)
        .hide_env(takes_values)
        .help_heading(heading)
}

/// A usage error as a sentence and a next step.
pub fn usage_failure(error: &clap::Error, messages: &Messages) -> Failure {
    let part = |kind| error.get(kind).map(written).unwrap_or_default();
    let (arg, value) = (
        part(ContextKind::InvalidArg),
        part(ContextKind::InvalidValue),
    );
    let problem = match error.kind() {
        ErrorKind::UnknownArgument => messages.fill("usage_no_option", &[("given", &arg)]),
        ErrorKind::InvalidSubcommand => {
            let given = part(ContextKind::InvalidSubcommand);
            messages.fill("usage_no_command", &[("given", &given)])
        }
        ErrorKind::MissingRequiredArgument => messages.fill("usage_missing", &[("given", &arg)]),
        ErrorKind::InvalidValue if value.is_empty() => {
            messages.fill("usage_value_missing", &[("option", &arg)])
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let values = [("value", value.as_str()), ("option", arg.as_str())];
            messages.fill("usage_bad_value", &values)
        }
        ErrorKind::ArgumentConflict => {
            let other = part(ContextKind::PriorArg);
            let values = [("option", arg.as_str()), ("other", other.as_str())];
            messages.fill("usage_conflict", &values)
        }
        _ => messages.text("usage_other").to_owned(),
    };
    let suggestions = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let suggestion = suggestions.into_iter().find_map(|kind| error.get(kind));
    let valid = part(ContextKind::ValidValue);
    let hint = match suggestion {
        Some(suggestion) => messages.fill(
            "usage_did_you_mean",
            &[("suggestion", &written(suggestion))],
        ),
        None if !valid.is_empty() => messages.fill("usage_valid_values", &[("values", &valid)]),
        None => messages.text("usage_see_help").to_owned(),
    };
    own(OwnCode::Usage, [("problem", problem), ("hint", hint)])
}

fn written(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command and argument has Chinese help, and none is left over.
    #[test]
    fn chinese_help_is_complete() {
        fn collect(command: &Command, path: &str, keys: &mut Vec<String>) {
            keys.push(path.to_owned());
            for arg in command.get_arguments() {
                keys.push(format!("{path} {}", arg.get_id()));
            }
            for below in command.get_subcommands() {
                collect(below, &format!("{path} {}", below.get_name()), keys);
            }
        }
        let mut keys = vec!["jiaozi help".to_owned(), "jiaozi version".to_owned()];
        collect(&CommandLine::command(), "jiaozi", &mut keys);
        keys.sort();
        let texts: BTreeMap<String, String> =
            serde_json::from_str(include_str!("../messages/help.zh-CN.json")).unwrap();
        assert_eq!(texts.keys().cloned().collect::<Vec<_>>(), keys);
        assert!(texts.values().all(|text| !text.is_empty()));
    }

    #[test]
    fn the_command_line_is_sound_in_both_languages() {
        for language in [Language::English, Language::SimplifiedChinese] {
            command(&Messages::new(language)).debug_assert();
        }
    }
}
