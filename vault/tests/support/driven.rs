//! A window of the offline tool, driven by keyboard through the tree that screen
//! readers see. The harness fails on a control without a name and on a
//! character that no bundled font has.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Theme as EguiTheme};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use jiaozi_types::agent::{Appearance, Language, Theme};
use jiaozi_vault::prompt::PromptError;
use jiaozi_vault::prompt::window::{
    Dialogue, WINDOW, WindowSession, detached, detached_tool, prepare,
};
use jiaozi_vault::tool::window::talk;

/// BIP-39's published words of 16 zero bytes.
pub const TWELVE: &str = "abandon abandon abandon abandon abandon abandon abandon abandon \
                          abandon abandon abandon about";
/// The fingerprint of their wallet.
pub const FINGERPRINT: &str = "73c5da0a";
/// BIP-39's published words of 16 bytes of 0x7f.
pub const OTHERS: &str =
    "legal winner thank year wave sausage worth useful legal winner thank yellow";

/// What a flow is.
pub type Flow = fn(&mut WindowSession) -> Result<(), PromptError>;

/// A window and the flow that asks in it.
pub struct Driven {
    pub window: Harness<'static, Dialogue>,
    answer: JoinHandle<Result<(), PromptError>>,
}

/// A flow in English.
pub fn english(flow: Flow) -> Driven {
    driven(
        Appearance {
            language: Language::English,
            theme: Theme::Light,
        },
        flow,
    )
}

/// A flow in any look.
pub fn driven(look: Appearance, flow: Flow) -> Driven {
    let (dialogue, session) = detached(look, None);
    over(look, dialogue, session, flow)
}

/// The vault by itself, from its first page on.
pub fn by_itself(look: Appearance) -> Driven {
    let (dialogue, session) = detached_tool(look);
    over(look, dialogue, session, |session| {
        talk(session);
        Ok(())
    })
}

fn over(look: Appearance, dialogue: Dialogue, session: WindowSession, flow: Flow) -> Driven {
    let mut session = session;
    let theme = match look.theme {
        Theme::Dark => EguiTheme::Dark,
        Theme::Light | Theme::System => EguiTheme::Light,
    };
    let window = Harness::builder()
        .with_size(WINDOW)
        .with_theme(theme)
        .with_context_setup(move |context| prepare(context, look))
        .build_ui_state(|ui, dialogue: &mut Dialogue| dialogue.ui(ui), dialogue);
    let answer = thread::spawn(move || flow(&mut session));
    Driven { window, answer }
}

impl Driven {
    /// Draws frames until `there` holds; the asking thread needs its time.
    pub fn until(&mut self, what: &str, there: impl Fn(&Harness<'static, Dialogue>) -> bool) {
        let begun = Instant::now();
        while !there(&self.window) {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{what} never came; there is:\n{}",
                self.text()
            );
            thread::sleep(Duration::from_millis(1));
            self.window.step();
        }
    }

    pub fn sees(&mut self, label: &str) {
        self.until(label, |window| {
            window.query_all_by_label_contains(label).next().is_some()
        });
        self.is_whole();
    }

    pub fn types(&mut self, text: &str) {
        self.window.step();
        for c in text.chars() {
            self.window.event(Event::Text(c.to_string()));
        }
        self.window.step();
    }

    /// Writes over what is in the field, once there is one.
    pub fn replaces(&mut self, text: &str) {
        self.until("a field", |window| {
            let mut fields = window.query_all_by_role(Role::TextInput);
            fields.any(|field| field.is_focused())
        });
        self.window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.window.step();
        self.types(text);
    }

    pub fn presses(&mut self, key: Key) {
        self.window.key_press(key);
        self.window.step();
        self.window.step();
    }

    /// Presses Tab until the control with this name has the keyboard, then Enter.
    pub fn goes_to(&mut self, role: Role, label: &str) {
        for _ in 0..80 {
            if self
                .window
                .query_by_role_and_label(role, label)
                .is_some_and(|node| node.is_focused())
            {
                self.presses(Key::Enter);
                return;
            }
            self.presses(Key::Tab);
        }
        panic!("Tab never reaches {label:?} in\n{}", self.text());
    }

    /// Waits until a button can be pressed, and presses it by keyboard.
    pub fn pushes(&mut self, label: &str) {
        self.until(label, |window| {
            window
                .query_by_role_and_label(Role::Button, label)
                .is_some_and(|button| !button.accesskit_node().is_disabled())
        });
        self.is_whole();
        self.goes_to(Role::Button, label);
    }

    /// Chooses one of several, and goes on.
    pub fn chooses(&mut self, label: &str, then: &str) {
        self.sees(label);
        self.goes_to(Role::RadioButton, label);
        self.pushes(then);
    }

    /// Every button that is not scrolled away is inside the window.
    pub fn is_whole(&self) {
        for button in self.window.query_all_by_role(Role::Button) {
            let rect = button.rect();
            let inside = rect.min.x >= 0.0 && rect.max.x <= WINDOW[0];
            assert!(inside, "{:?} at {rect:?}", button.accesskit_node().label());
        }
    }

    /// The words that are on the screen, in order.
    pub fn words(&self, prefix: &str) -> Vec<String> {
        let mut words: Vec<(usize, String)> = self
            .window
            .query_all_by_label_contains(prefix)
            .filter_map(|node| {
                let node = node.accesskit_node();
                let label = node.label().or_else(|| node.value())?;
                let (number, word) = label.strip_prefix(prefix)?.split_once(": ")?;
                Some((number.parse().ok()?, word.to_owned()))
            })
            .collect();
        words.sort();
        words.dedup();
        words.into_iter().map(|(_, word)| word).collect()
    }

    /// Everything that a screen reader could read out.
    pub fn text(&self) -> String {
        fn collect(node: &egui_kittest::Node<'_>, text: &mut String) {
            let own = node.accesskit_node();
            for part in [own.label(), own.value()].into_iter().flatten() {
                text.push_str(&format!("{:?} {part}\n", own.role()));
            }
            for child in node.children() {
                collect(&child, text);
            }
        }
        let mut text = String::new();
        collect(&self.window.root(), &mut text);
        text
    }

    /// How the flow ended.
    pub fn end(mut self) -> Result<(), PromptError> {
        let begun = Instant::now();
        while !self.answer.is_finished() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "no end; there is:\n{}",
                self.text()
            );
            thread::sleep(Duration::from_millis(1));
            self.window.step();
        }
        self.answer.join().unwrap()
    }
}
