//! A window without an operating system, driven by keyboard through the tree
//! that screen readers see. The harness fails on a control without a name and on
//! a character that no bundled font has.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Event, Key, Theme as EguiTheme};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use jiaozi_custody::PersonalPhrase;
use jiaozi_types::agent::{Appearance, Language, Theme};
use jiaozi_vault::prompt::window::{Dialogue, WINDOW, WindowSession, detached, prepare};

/// A window and the thread that asks in it.
pub struct Asked<T> {
    pub window: Harness<'static, Dialogue>,
    pub answer: JoinHandle<T>,
}

pub fn look(language: Language, theme: Theme) -> Appearance {
    Appearance { language, theme }
}

pub fn asked<T: Send + 'static>(
    look: Appearance,
    ask: impl FnOnce(&mut WindowSession) -> T + Send + 'static,
) -> Asked<T> {
    let phrase = PersonalPhrase::new("blue teapot").unwrap();
    let (dialogue, session) = detached(look, Some(phrase));
    over(look, dialogue, session, ask)
}

/// The window of a dialogue, and a thread that asks in its session.
pub fn over<T: Send + 'static>(
    look: Appearance,
    dialogue: Dialogue,
    session: WindowSession,
    ask: impl FnOnce(&mut WindowSession) -> T + Send + 'static,
) -> Asked<T> {
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
    let answer = thread::spawn(move || ask(&mut session));
    Asked { window, answer }
}

pub fn english<T: Send + 'static>(
    ask: impl FnOnce(&mut WindowSession) -> T + Send + 'static,
) -> Asked<T> {
    asked(look(Language::English, Theme::Light), ask)
}

impl<T> Asked<T> {
    /// Draws frames until `there` holds; the asking thread needs its time.
    pub fn until(&mut self, what: &str, there: impl Fn(&Harness<'static, Dialogue>) -> bool) {
        let begun = Instant::now();
        while !there(&self.window) {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{what} never came"
            );
            thread::sleep(Duration::from_millis(1));
            self.window.step();
        }
    }

    pub fn sees(&mut self, label: &str) {
        self.until(label, |window| {
            window.query_all_by_label_contains(label).next().is_some()
        });
    }

    pub fn types(&mut self, text: &str) {
        self.window.step();
        for c in text.chars() {
            self.window.event(Event::Text(c.to_string()));
        }
        self.window.step();
    }

    pub fn presses(&mut self, key: Key) {
        self.window.key_press(key);
        self.window.step();
        self.window.step();
    }

    /// Presses Tab until the control with this name has the keyboard.
    pub fn tabs_to(&mut self, label: &str) {
        for _ in 0..200 {
            if self
                .window
                .query_by_role_and_label(Role::Button, label)
                .is_some_and(|node| node.is_focused())
            {
                return;
            }
            self.presses(Key::Tab);
        }
        panic!("Tab never reaches {label:?}");
    }

    pub fn button<'a>(&'a self, name: &'a str) -> egui_kittest::Node<'a> {
        self.window.get_by_role_and_label(Role::Button, name)
    }

    /// Waits until this button has the keyboard.
    pub fn is_led_to(&mut self, name: &'static str) {
        self.until(name, |window| {
            window
                .query_by_role_and_label(Role::Button, name)
                .is_some_and(|button| button.is_focused())
        });
    }

    pub fn is_ready(&self, button: &str) -> bool {
        !self.button(button).accesskit_node().is_disabled()
    }

    /// The session's answer, once it is there.
    pub fn answer(mut self) -> T {
        self.until_finished();
        self.answer.join().unwrap()
    }

    pub fn until_finished(&mut self) {
        let begun = Instant::now();
        while !self.answer.is_finished() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no answer");
            thread::sleep(Duration::from_millis(1));
            self.window.step();
        }
    }

    /// Everything that a screen reader could read out.
    pub fn all_text(&self) -> String {
        fn collect(node: &egui_kittest::Node<'_>, text: &mut String) {
            text.push_str(&format!("{:?}\n", node.accesskit_node().data()));
            for child in node.children() {
                collect(&child, text);
            }
        }
        let mut text = String::new();
        collect(&self.window.root(), &mut text);
        text
    }
}
